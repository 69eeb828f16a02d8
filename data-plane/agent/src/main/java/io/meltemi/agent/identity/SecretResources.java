package io.meltemi.agent.identity;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import java.util.Optional;

/// What a workload's proxy may ask for, under Istio's names. Immutable.
///
/// @param machine whom it believes outside of the mesh
record SecretResources(WorkloadSecrets secrets, MachineRoots machine) {
    /// The workload's own certificate and key.
    static final String CERTIFICATE = "default";

    /// Whom it believes in the mesh.
    static final String ROOT = "ROOTCA";

    /// Whom its machine believes.
    static final String ROOT_OF_MACHINE = "file-root:system";

    /// Empty where nobody knows the name.
    Optional<Secret> find(String name) {
        return switch (name) {
            case CERTIFICATE -> Optional.of(certificate());
            case ROOT -> Optional.of(roots(name, secrets.rootsPem()));
            case ROOT_OF_MACHINE -> Optional.of(roots(name, machine.pem()));
            default -> Optional.empty();
        };
    }

    private Secret certificate() {
        return Secret.newBuilder()
                .setName(CERTIFICATE)
                .setTlsCertificate(
                        TlsCertificate.newBuilder()
                                .setCertificateChain(inline(secrets.chainPem()))
                                .setPrivateKey(inline(secrets.keyPem())))
                .build();
    }

    private static Secret roots(String name, String pem) {
        return Secret.newBuilder()
                .setName(name)
                .setValidationContext(
                        CertificateValidationContext.newBuilder().setTrustedCa(inline(pem)))
                .build();
    }

    private static DataSource inline(String pem) {
        return DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)).build();
    }
}
