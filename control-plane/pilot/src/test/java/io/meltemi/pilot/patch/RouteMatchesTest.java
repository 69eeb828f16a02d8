package io.meltemi.pilot.patch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Confined to one test thread.
final class RouteMatchesTest {
    @ParameterizedTest
    @CsvSource({
        "80, 80",
        "http.8080, 8080",
        "http.8080.10.0.0.1, 8080",
        "https.443.web.front.shop, 443",
        "inbound|9080||, 9080",
        "ledger.bank.svc.cluster.local:5432, -1",
        "outbound.80, -1"
    })
    void portIsReadFromTheNameOfATable(String name, int port) {
        assertThat(RouteMatches.port(name))
                .isEqualTo(port < 0 ? OptionalInt.empty() : OptionalInt.of(port));
    }
}
