package io.meltemi.agent.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.nio.file.Path;
import java.time.Duration;

/// The file that `GRPC_XDS_BOOTSTRAP` names. Thread-safe: pure.
///
/// gRFC A27, A29 and A36; the names in it are those of Istio's agent.
final class GrpcBootstrap {
    /// How old keys and roots in use may be.
    private static final Duration REFRESH = Duration.ofSeconds(10);

    private GrpcBootstrap() {}

    /// @param socket where the agent answers
    static String text(Node node, Path socket, CertificateFiles files) {
        Struct.Builder all =
                Struct.newBuilder()
                        .putFields("xds_servers", list(struct(server(socket))))
                        .putFields("node", struct(node(node)))
                        .putFields("certificate_providers", struct(providers(files)))
                        .putFields(
                                "server_listener_resource_name_template",
                                text("xds.istio.io/grpc/lds/inbound/%s"));
        return print(all.build()) + "\n";
    }

    private static Struct.Builder server(Path socket) {
        return Struct.newBuilder()
                .putFields("server_uri", text("unix://" + socket))
                .putFields(
                        "channel_creds",
                        list(struct(Struct.newBuilder().putFields("type", text("insecure")))))
                .putFields("server_features", list(text("xds_v3")));
    }

    private static Struct.Builder providers(CertificateFiles files) {
        Struct.Builder config =
                Struct.newBuilder()
                        .putFields("private_key_file", text(files.key().toString()))
                        .putFields("certificate_file", text(files.chain().toString()))
                        .putFields("ca_certificate_file", text(files.roots().toString()))
                        .putFields("refresh_interval", text(REFRESH.toSeconds() + "s"));
        return Struct.newBuilder()
                .putFields(
                        "default",
                        struct(
                                Struct.newBuilder()
                                        .putFields("plugin_name", text("file_watcher"))
                                        .putFields("config", struct(config))));
    }

    private static Struct.Builder node(Node node) {
        Struct.Builder out = Struct.newBuilder();
        try {
            JsonFormat.parser()
                    .merge(JsonFormat.printer().preservingProtoFieldNames().print(node), out);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a node has a form in JSON", e);
        }
        return out;
    }

    private static String print(Struct struct) {
        try {
            return JsonFormat.printer().print(struct);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a Struct has a form in JSON", e);
        }
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value struct(Struct.Builder struct) {
        return Value.newBuilder().setStructValue(struct).build();
    }

    private static Value list(Value value) {
        return Value.newBuilder().setListValue(ListValue.newBuilder().addValues(value)).build();
    }
}
