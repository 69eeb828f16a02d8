package io.meltemi.proxy.filter.jwt;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/// The signatures a token may have (RFC 7518 §3.1, RFC 8037), all asymmetric.
enum JwtAlgorithm {
    RS256("RSA", "SHA256withRSA", null),
    RS384("RSA", "SHA384withRSA", null),
    RS512("RSA", "SHA512withRSA", null),
    PS256("RSA", "RSASSA-PSS", pss("SHA-256", MGF1ParameterSpec.SHA256, 32)),
    PS384("RSA", "RSASSA-PSS", pss("SHA-384", MGF1ParameterSpec.SHA384, 48)),
    PS512("RSA", "RSASSA-PSS", pss("SHA-512", MGF1ParameterSpec.SHA512, 64)),
    ES256("EC/P-256", "SHA256withECDSAinP1363Format", 64),
    ES384("EC/P-384", "SHA384withECDSAinP1363Format", 96),
    ES512("EC/P-521", "SHA512withECDSAinP1363Format", 132),
    EdDSA("OKP/Ed25519", "Ed25519", null);

    private final String keyType;
    private final String jcaName;

    @SuppressWarnings("ImmutableEnumChecker") // the JDK's parameter classes are immutable
    private final @Nullable AlgorithmParameterSpec parameters;

    /// What a signature has to have; 0: what its key says.
    private final int signatureBytes;

    JwtAlgorithm(String keyType, String jcaName, @Nullable AlgorithmParameterSpec parameters) {
        this.keyType = keyType;
        this.jcaName = jcaName;
        this.parameters = parameters;
        this.signatureBytes = 0;
    }

    /// RFC 7518 §3.4: both numbers in full length; the JDK takes any two halves.
    JwtAlgorithm(String keyType, String jcaName, int signatureBytes) {
        this.keyType = keyType;
        this.jcaName = jcaName;
        this.parameters = null;
        this.signatureBytes = signatureBytes;
    }

    private static PSSParameterSpec pss(String hash, MGF1ParameterSpec mgf, int salt) {
        return new PSSParameterSpec(hash, "MGF1", mgf, salt, PSSParameterSpec.TRAILER_FIELD_BC);
    }

    /// Null when it is not supported; `none` and shared secrets never are.
    static @Nullable JwtAlgorithm of(String name) {
        for (JwtAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        return null;
    }

    /// Whether a key of this type (`RSA`, `EC/P-256`, `OKP/Ed25519`) can verify it.
    boolean takes(String type) {
        return keyType.equals(type);
    }

    boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
        if (signatureBytes > 0 && signature.length != signatureBytes) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(jcaName);
            if (parameters != null) {
                verifier.setParameter(parameters);
            }
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException _) {
            return false; // a signature of the wrong length, a key the algorithm refuses
        }
    }
}
