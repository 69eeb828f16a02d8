package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.meltemi.proxy.config.check.SetFields;
import io.meltemi.xds.message.Anys;
import java.util.Map;

/// Finds which secrets a resource asks for, and of whom. Pure.
final class SecretSources {
    /// Stands for the ADS stream.
    static final String ADS = "";

    private static final String ANY = "google.protobuf.Any";
    private static final String SECRET =
            "envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig";

    private SecretSources() {}

    /// Notes each secret's name with the cluster of its SDS server, or [#ADS].
    static void find(Message message, Map<String, String> found) {
        find(SetFields.of(message), found);
    }

    private static void find(SetFields message, Map<String, String> found) {
        try {
            switch (message.type().getFullName()) {
                case SECRET -> note(SdsSecretConfig.parseFrom(message.bytes()), found);
                case ANY -> opened(Any.parseFrom(message.bytes()), found);
                default -> message.forEach((_, parts) -> parts.forEach(part -> find(part, found)));
            }
        } catch (InvalidProtocolBufferException _) {
            // Whoever compiles the resource refuses it.
        }
    }

    private static void note(SdsSecretConfig secret, Map<String, String> found) {
        // Without a source the secret is one of the bootstrap's.
        if (secret.hasSdsConfig()) {
            found.put(secret.getName(), cluster(secret));
        }
    }

    private static void opened(Any any, Map<String, String> found)
            throws InvalidProtocolBufferException {
        if (Anys.is(any, DownstreamTlsContext.class)) {
            find(Anys.unpack(any, DownstreamTlsContext.class), found);
        } else if (Anys.is(any, UpstreamTlsContext.class)) {
            find(Anys.unpack(any, UpstreamTlsContext.class), found);
        }
    }

    private static String cluster(SdsSecretConfig secret) {
        var services = secret.getSdsConfig().getApiConfigSource().getGrpcServicesList();
        return services.isEmpty() ? ADS : services.getFirst().getEnvoyGrpc().getClusterName();
    }
}
