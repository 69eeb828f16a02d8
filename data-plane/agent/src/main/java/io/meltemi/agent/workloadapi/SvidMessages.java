package io.meltemi.agent.workloadapi;

import com.google.protobuf.ByteString;
import io.meltemi.agent.identity.WorkloadSecrets;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.xds.proto.spiffe.X509BundlesResponse;
import io.meltemi.xds.proto.spiffe.X509SVID;
import io.meltemi.xds.proto.spiffe.X509SVIDResponse;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/// What an application is told of one certificate. Thread-safe: pure.
final class SvidMessages {
    private SvidMessages() {}

    static X509SVIDResponse svid(SpiffeId id, WorkloadSecrets secrets) {
        return X509SVIDResponse.newBuilder()
                .addSvids(
                        X509SVID.newBuilder()
                                .setSpiffeId(id.toString())
                                .setX509Svid(der(secrets.chain()))
                                .setX509SvidKey(ByteString.copyFrom(secrets.key().getEncoded()))
                                .setBundle(der(secrets.roots())))
                .build();
    }

    /// SPIFFE: a bundle's key is the id of its trust domain.
    static X509BundlesResponse bundles(SpiffeId id, WorkloadSecrets secrets) {
        return X509BundlesResponse.newBuilder()
                .putBundles("spiffe://" + id.trustDomain(), der(secrets.roots()))
                .build();
    }

    private static ByteString der(List<X509Certificate> certificates) {
        ByteString all = ByteString.EMPTY;
        for (X509Certificate certificate : certificates) {
            try {
                all = all.concat(ByteString.copyFrom(certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a parsed certificate encodes", e);
            }
        }
        return all;
    }
}
