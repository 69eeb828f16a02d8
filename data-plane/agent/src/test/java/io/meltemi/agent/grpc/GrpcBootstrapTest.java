package io.meltemi.agent.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.xds.proto.registry.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Confined to one test thread.
final class GrpcBootstrapTest {
    private static final GrpcProgram CART =
            new GrpcProgram(
                    "cart",
                    "shop",
                    "buyer",
                    Map.of("version", "v2", "security.istio.io/tlsMode", "istio"),
                    "10.0.0.7",
                    List.of(new Port("grpc", 9000, 9001, "grpc")));

    @Test
    void theFileSaysWhomToAskAndWhoAsks() throws InvalidProtocolBufferException {
        Path folder = Path.of("/tmp/cart");

        String text =
                GrpcBootstrap.text(
                        CART.node("cart-v2-1"),
                        folder.resolve("xds.sock"),
                        CertificateFiles.in(folder));

        Struct.Builder read = Struct.newBuilder();
        JsonFormat.parser().merge(text, read);
        assertThat(text.replaceAll("\\s+", ""))
                .contains(
                        "\"server_uri\":\"unix:///tmp/cart/xds.sock\"",
                        "\"channel_creds\":[{\"type\":\"insecure\"}]",
                        "\"id\":\"sidecar~10.0.0.7~cart-v2-1.shop~shop.svc.cluster.local\"",
                        "\"GENERATOR\":\"grpc\"",
                        "\"SERVICE_ACCOUNT\":\"buyer\"",
                        "\"plugin_name\":\"file_watcher\"",
                        "\"private_key_file\":\"/tmp/cart/key.pem\"",
                        "\"certificate_file\":\"/tmp/cart/cert-chain.pem\"",
                        "\"ca_certificate_file\":\"/tmp/cart/root-cert.pem\"",
                        "\"server_listener_resource_name_template\":"
                                + "\"xds.istio.io/grpc/lds/inbound/%s\"")
                .doesNotContain("INTERCEPTION");
        assertThat(read.getFieldsMap()).hasSize(4);
    }

    @Test
    void othersFindItUnderItsPorts() {
        Instance instance = CART.instance("cart-v2-1");

        assertThat(instance.getService()).isEqualTo("cart");
        assertThat(instance.getApp()).isEqualTo("cart");
        assertThat(instance.getVersion()).isEqualTo("v2");
        assertThat(instance.getAcceptsMtls()).isTrue();
        assertThat(instance.getPorts(0).getServicePort()).isEqualTo(9000);
        assertThat(instance.getPorts(0).getTargetPort()).isEqualTo(9001);
        assertThat(
                        new GrpcProgram("a", "shop", "a", Map.of(), "10.0.0.8", List.of())
                                .instance("a-1")
                                .getAcceptsMtls())
                .isFalse();
    }

    @Test
    void filesAreTheirOwnersAloneAndReplacedWhole(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("key.pem");

        CertificateFiles.write(file, "one");
        CertificateFiles.write(file, "two");

        assertThat(Files.readString(file)).isEqualTo("two");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var all = Files.list(folder)) {
            assertThat(all).containsExactly(file);
        }
    }
}
