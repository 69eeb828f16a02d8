package io.meltemi.agent.identity;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/// A workload's key, made in the agent, which it never leaves but for the workload's own proxy.
/// Immutable.
///
/// @param pair P-256: a handshake costs a tenth of RSA's
public record WorkloadKey(KeyPair pair) {
    /// A new one; each certificate gets its own.
    public static WorkloadKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return new WorkloadKey(generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    @Override
    public String toString() {
        return "WorkloadKey(P-256)";
    }
}
