package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.galley.analyze.KnownServices;
import io.meltemi.model.config.Kind;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.snapshot.MeshSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShopSampleTest {
    @Test
    void shopGivesNoDiagnostics() {
        Report report = Galley.check(List.of(shop()));

        assertThat(report.toText()).isEmpty();
        assertThat(report.resources().keySet().stream().map(key -> key.kind()))
                .contains(
                        Kind.VIRTUAL_SERVICE,
                        Kind.DESTINATION_RULE,
                        Kind.GATEWAY,
                        Kind.PEER_AUTHENTICATION,
                        Kind.AUTHORIZATION_POLICY,
                        Kind.REQUEST_AUTHENTICATION,
                        Kind.RATE_LIMIT);
    }

    @Test
    void shopNamesNoOtherServicesThanItsThree() {
        Set<Hostname> services =
                Stream.of("product", "invoice", "notification")
                        .map(name -> new Hostname(name + ".shop.svc.cluster.local"))
                        .collect(Collectors.toSet());

        Report report =
                Galley.check(
                        List.of(shop()), MeshSettings.DEFAULT, KnownServices.exactly(services));

        assertThat(report.toText()).isEmpty();
    }

    private static Path shop() {
        return Documents.above("samples/shop/mesh").orElseThrow();
    }
}
