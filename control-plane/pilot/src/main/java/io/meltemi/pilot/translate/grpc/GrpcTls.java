package io.meltemi.pilot.translate.grpc;

import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateProviderPluginInstance;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.meltemi.pilot.translate.Protos;
import java.util.List;

/// The mesh's mutual TLS by the certificate provider `default` of a program's bootstrap.
/// Thread-safe: stateless.
final class GrpcTls {
    private static final String PROVIDER = "default";

    private GrpcTls() {}

    /// @param names one of which the server must prove; empty: any that the mesh's roots signed
    static TransportSocket client(List<String> names) {
        return socket(
                Protos.any(
                        UpstreamTlsContext.newBuilder()
                                .setCommonTlsContext(common(names))
                                .build()));
    }

    /// gRPC's servers cannot look at names: policies do.
    static TransportSocket server() {
        return socket(
                Protos.any(
                        DownstreamTlsContext.newBuilder()
                                .setCommonTlsContext(common(List.of()))
                                .setRequireClientCertificate(Protos.TRUE)
                                .build()));
    }

    private static TransportSocket socket(com.google.protobuf.Any context) {
        return TransportSocket.newBuilder()
                .setName("envoy.transport_sockets.tls")
                .setTypedConfig(context)
                .build();
    }

    /// gRPC reads the names here and not in the field that took this one's place.
    @SuppressWarnings("deprecation")
    private static CommonTlsContext common(List<String> names) {
        CertificateValidationContext.Builder check =
                CertificateValidationContext.newBuilder()
                        .setCaCertificateProviderInstance(provider("ROOTCA"));
        names.forEach(
                name -> check.addMatchSubjectAltNames(StringMatcher.newBuilder().setExact(name)));
        return CommonTlsContext.newBuilder()
                .setTlsCertificateProviderInstance(provider("default"))
                .setValidationContext(check)
                .build();
    }

    private static CertificateProviderPluginInstance provider(String certificate) {
        return CertificateProviderPluginInstance.newBuilder()
                .setInstanceName(PROVIDER)
                .setCertificateName(certificate)
                .build();
    }
}
