package io.meltemi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.meltemi.cli.ProxyStatusText.Format;
import io.meltemi.xds.proto.control.ProxyStatus;
import io.meltemi.xds.proto.control.TypeStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Confined to one test thread.
final class ProxyStatusTextTest {
    private static final ProxyStatus PRODUCT =
            ProxyStatus.newBuilder()
                    .setNode("sidecar~10.0.0.1~product-v1.shop~shop.svc.cluster.local")
                    .setIdentity("spiffe://cluster.local/ns/shop/sa/product")
                    .putTypes("CLUSTER", type("c2-s1", "c2-s1", ""))
                    .putTypes("ENDPOINT", type("c2-s1", "c1-s1", ""))
                    .putTypes("ROUTE", type("c2-s1", "c1-s1", "route 80: no such cluster"))
                    .build();
    private static final ProxyStatus INVOICE =
            ProxyStatus.newBuilder()
                    .setNode("sidecar~10.0.0.2~invoice.shop~shop.svc.cluster.local")
                    .putTypes("VIRTUAL_HOST", type("c2-s1", "c2-s1", ""))
                    .build();

    private static TypeStatus type(String sent, String acknowledged, String refusal) {
        return TypeStatus.newBuilder()
                .setSentVersion(sent)
                .setAcknowledgedVersion(acknowledged)
                .setRefusal(refusal)
                .build();
    }

    @Test
    void statesStandInATableAndReasonsBelowIt() {
        ProxyStatusText text = ProxyStatusText.of(List.of(INVOICE, PRODUCT), Optional.empty());

        assertThat(text.print(Format.TEXT))
                .isEqualTo(
                        """
                        NAME             CDS       LDS       EDS       RDS       VHDS
                        invoice.shop     NOT SENT  NOT SENT  NOT SENT  NOT SENT  SYNCED
                        product-v1.shop  SYNCED    NOT SENT  STALE     ERROR     NOT SENT

                        product-v1.shop refused RDS of c2-s1: route 80: no such cluster
                        """);
        assertThat(text.hasRefusals()).isTrue();
    }

    @Test
    void oneProxyIsChosenByItsName() {
        ProxyStatusText text =
                ProxyStatusText.of(List.of(INVOICE, PRODUCT), Optional.of("invoice.shop"));

        assertThat(text.proxies()).containsExactly(INVOICE);
        assertThat(text.hasRefusals()).isFalse();
        assertThat(ProxyStatusText.of(List.of(INVOICE), Optional.of("x.shop")).isEmpty()).isTrue();
        assertThat(ProxyStatusText.names(List.of(PRODUCT, INVOICE)))
                .isEqualTo("invoice.shop, product-v1.shop");
    }

    @Test
    void programsReadJsonOrYaml() {
        ProxyStatusText text = ProxyStatusText.of(List.of(PRODUCT), Optional.empty());

        assertThat(text.print(Format.JSON).replaceAll("\\s+", ""))
                .startsWith("[{\"name\":\"product-v1.shop\"")
                .contains("\"RDS\":{\"state\":\"ERROR\",\"sent\":\"c2-s1\"")
                .contains("\"refusal\":\"route80:nosuchcluster\"");
        assertThat(text.print(Format.YAML))
                .contains("name: product-v1.shop", "state: STALE", "acknowledged: c1-s1");
    }

    @Test
    void nobodyThereIsSaid() {
        assertThat(ProxyStatusText.of(List.of(), Optional.empty()).print(Format.TEXT))
                .isEqualTo("no proxy is connected\n");
    }

    @Test
    void withoutAControlPlaneItFails(@TempDir Path folder) {
        assertThat(MeshCli.run(new Home(folder, folder), "proxy-status")).isEqualTo(1);
        assertThat(MeshCli.run(new Home(folder, folder), "proxy-status", "a", "b")).isEqualTo(2);
        assertThat(MeshCli.run(new Home(folder, folder), "proxy-status", "-o", "xml")).isEqualTo(2);
    }
}
