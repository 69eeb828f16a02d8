package io.meltemi.citadel.ca;

import io.meltemi.base.identity.SpiffeId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Signs the certificates by which workloads know each other. Thread-safe.
public final class CertificateAuthority {
    private final AuthorityKeys keys;
    private final Duration maxLifetime;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    /// @param maxLifetime what nobody's certificate exceeds, and what one gets who asks for no
    ///   length
    public CertificateAuthority(AuthorityKeys keys, Duration maxLifetime, Clock clock) {
        this.keys = keys;
        this.maxLifetime = maxLifetime;
        this.clock = clock;
    }

    /// Answers a request whose sender has proven an identity.
    ///
    /// As in Istio, the certificate carries the proven identity; one that the request names must be
    /// the same.
    ///
    /// @param csrPem PKCS #10
    /// @param lifetime asked for; zero or more than allowed gives the longest allowed
    /// @throws RefusedRequestException when the request is malformed, its signature is wrong, its
    ///   key is weak, or it names another identity
    public SignedChain sign(String csrPem, SpiffeId proven, Duration lifetime)
            throws RefusedRequestException {
        PublicKey key = CertificateRequest.read(csrPem, proven);
        IssuingKey issuer = keys.issuing();
        X509Certificate leaf = issue(issuer, key, new GeneralNames(uri(proven)), bounded(lifetime));
        List<String> pem = new ArrayList<>();
        pem.add(Pem.certificate(leaf));
        issuer.intermediates().forEach(c -> pem.add(Pem.certificate(c)));
        pem.add(keys.trust().pem());
        return new SignedChain(leaf, pem);
    }

    /// A certificate for a server of the control plane itself.
    ///
    /// @param dnsNames by which agents may call it
    /// @return the chain, leaf first, without the root
    public List<X509Certificate> issueServer(
            PublicKey key, SpiffeId identity, List<String> dnsNames) {
        GeneralName[] names = new GeneralName[dnsNames.size() + 1];
        names[0] = uri(identity);
        for (int i = 0; i < dnsNames.size(); i++) {
            names[i + 1] = new GeneralName(GeneralName.dNSName, dnsNames.get(i));
        }
        IssuingKey issuer = keys.issuing();
        List<X509Certificate> chain = new ArrayList<>();
        chain.add(issue(issuer, key, new GeneralNames(names), maxLifetime));
        chain.addAll(issuer.intermediates());
        return chain;
    }

    /// What it signs with and what everyone in the mesh trusts.
    public AuthorityKeys keys() {
        return keys;
    }

    private Duration bounded(Duration lifetime) {
        boolean asked = lifetime.isPositive() && lifetime.compareTo(maxLifetime) < 0;
        return asked ? lifetime : maxLifetime;
    }

    private static GeneralName uri(SpiffeId id) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, id.toString());
    }

    private X509Certificate issue(
            IssuingKey issuer, PublicKey key, GeneralNames names, Duration lifetime) {
        Instant now = clock.instant();
        Instant end = now.plus(lifetime);
        Instant issuerEnd = issuer.validUntil();
        try {
            // The subject is empty, so RFC 5280 §4.2.1.6 wants the names to be critical.
            var builder =
                    new JcaX509v3CertificateBuilder(
                            X500Name.getInstance(
                                    issuer.certificate().getSubjectX500Principal().getEncoded()),
                            new BigInteger(127, random),
                            Date.from(now.minus(RootAuthority.CLOCK_SKEW)),
                            Date.from(end.isAfter(issuerEnd) ? issuerEnd : end),
                            new X500Name(new org.bouncycastle.asn1.x500.RDN[0]),
                            key);
            builder.addExtension(Extension.subjectAlternativeName, true, names);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            new KeyPurposeId[] {
                                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                            }));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(issuer.certificate()));
            var signer = new JcaContentSignerBuilder(issuer.algorithm()).build(issuer.key());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("the authority's key cannot sign", e);
        }
    }
}
