package io.meltemi.proxy;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import java.util.List;
import java.util.Map;

/// Finds which secrets a resource asks for, and of whom. Pure.
final class SecretSources {
    /// Stands for the ADS stream.
    static final String ADS = "";

    private SecretSources() {}

    /// Notes each secret's name with the cluster of its SDS server, or [#ADS].
    static void find(Message message, Map<String, String> found) {
        if (message instanceof SdsSecretConfig secret) {
            // Without a source the secret is one of the bootstrap's.
            if (secret.hasSdsConfig()) {
                found.put(secret.getName(), cluster(secret));
            }
            return;
        }
        if (message instanceof Any any) {
            opened(any, found);
            return;
        }
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            if (field.getKey().getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
                continue;
            }
            if (field.getKey().isRepeated()) {
                for (Object each : (List<?>) field.getValue()) {
                    find((Message) each, found);
                }
            } else {
                find((Message) field.getValue(), found);
            }
        }
    }

    private static void opened(Any any, Map<String, String> found) {
        try {
            if (any.is(DownstreamTlsContext.class)) {
                find(any.unpack(DownstreamTlsContext.class), found);
            } else if (any.is(UpstreamTlsContext.class)) {
                find(any.unpack(UpstreamTlsContext.class), found);
            }
        } catch (InvalidProtocolBufferException _) {
            // Whoever compiles the resource refuses it.
        }
    }

    private static String cluster(SdsSecretConfig secret) {
        var services = secret.getSdsConfig().getApiConfigSource().getGrpcServicesList();
        return services.isEmpty() ? ADS : services.getFirst().getEnvoyGrpc().getClusterName();
    }
}
