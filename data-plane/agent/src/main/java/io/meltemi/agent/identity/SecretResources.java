package io.meltemi.agent.identity;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.Map;

/// A workload's secrets as its proxy is given them, under Istio's names. Thread-safe: no state.
final class SecretResources {
    /// The workload's own certificate and key.
    static final String CERTIFICATE = "default";

    /// Whom it believes.
    static final String ROOT = "ROOTCA";

    private SecretResources() {}

    static Map<String, Secret> of(WorkloadSecrets secrets) {
        Secret certificate =
                Secret.newBuilder()
                        .setName(CERTIFICATE)
                        .setTlsCertificate(
                                TlsCertificate.newBuilder()
                                        .setCertificateChain(inline(secrets.chainPem()))
                                        .setPrivateKey(inline(secrets.keyPem())))
                        .build();
        Secret root =
                Secret.newBuilder()
                        .setName(ROOT)
                        .setValidationContext(
                                CertificateValidationContext.newBuilder()
                                        .setTrustedCa(inline(secrets.rootsPem())))
                        .build();
        return Map.of(CERTIFICATE, certificate, ROOT, root);
    }

    private static DataSource inline(String pem) {
        return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)).build();
    }
}
