package io.meltemi.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.xds.proto.control.Diagnostic;
import io.meltemi.xds.proto.control.InstanceStatus;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.StatusResponse;
import io.meltemi.xds.proto.control.TypeStatus;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ScreenTest {
    private static final long SECOND = 1_000_000_000L;

    private final Screen screen = new Screen(8080, Path.of("mesh"));

    @Test
    void ratesAndSharesAreThoseSinceTheLastPicture() {
        String _ = screen.text(status(), counted(100, 100), SECOND);

        String text = screen.text(status(), counted(190, 110), 3 * SECOND);

        assertThat(text)
                .contains("product v1    90 % ###########################")
                .contains("product v2    10 % ###\n")
                .containsPattern("product-v1 +v1 +10.77.0.4 +healthy +45.0\n")
                .contains("50.0 requests/s, 100 % over mutual TLS");
    }

    @Test
    void aVersionHasNoShareWhenNobodyCalls() {
        String _ = screen.text(status(), counted(100, 100), SECOND);

        String text = screen.text(status(), counted(100, 100), 2 * SECOND);

        assertThat(text).doesNotContain("product v1  ").contains("0.0 requests/s");
    }

    @Test
    void itSaysWhatToTryWithTheFileAndTheAddress() {
        assertThat(screen.text(status(), counted(1, 1), SECOND))
                .contains("http://127.0.0.1:8080/products")
                .contains("edit mesh/product.yaml");
    }

    @Test
    void aProxyThatIsBehindAndAFindingAreSeen() {
        StatusResponse behind =
                status().toBuilder()
                        .addProxies(proxy("2", "1"))
                        .addDiagnostics(
                                Diagnostic.newBuilder()
                                        .setCode("IST0101")
                                        .setSeverity("ERROR")
                                        .setSource("product.yaml")
                                        .setLine(7)
                                        .setMessage("no such host"))
                        .build();

        assertThat(screen.text(behind, counted(1, 1), SECOND))
                .contains("1 of 2 proxies in step")
                .contains("product.yaml:7 ERROR IST0101: no such host");
    }

    private static StatusResponse status() {
        return StatusResponse.newBuilder()
                .setConfigVersion(3)
                .addInstances(
                        InstanceStatus.newBuilder()
                                .setService("product")
                                .setWorkload("product-v1")
                                .setVersion("v1")
                                .setAddress("10.77.0.4")
                                .setHealth("healthy"))
                .addProxies(proxy("2", "2"))
                .build();
    }

    private static ProxyStatus proxy(String sent, String acknowledged) {
        return ProxyStatus.newBuilder()
                .putTypes(
                        "CLUSTER",
                        TypeStatus.newBuilder()
                                .setSentVersion(sent)
                                .setAcknowledgedVersion(acknowledged)
                                .build())
                .build();
    }

    private static MetricsText counted(int v1, int v2) {
        return new MetricsText(line("v1", v1) + line("v2", v2));
    }

    private static String line(String version, int count) {
        return ("istio_requests_total{reporter=\"destination\",destination_service_name=\"product\","
                        + "destination_workload=\"product-%s\",destination_version=\"%s\","
                        + "connection_security_policy=\"mutual_tls\",response_code=\"200\"} %d.0\n")
                .formatted(version, version, count);
    }
}
