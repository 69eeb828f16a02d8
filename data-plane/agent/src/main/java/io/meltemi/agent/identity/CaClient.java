package io.meltemi.agent.identity;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.xds.client.StatusText;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateResponse;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Asks the mesh's authority for certificates, by Istio's protocol. Thread-safe.
///
/// Who asks is proven by the channel: a join token the first time, the current certificate later.
///
/// @param channel stays its owner's
public record CaClient(ManagedChannel channel, SpiffeId identity) implements CertificateSource {
    private static final long DEADLINE_SECONDS = 10;

    @Override
    public WorkloadSecrets obtain(Duration lifetime) throws IOException {
        WorkloadKey key = WorkloadKey.generate();
        IstioCertificateRequest request =
                IstioCertificateRequest.newBuilder()
                        .setCsr(CertificateRequest.of(key, identity).pem())
                        .setValidityDuration(lifetime.toSeconds())
                        .build();
        try {
            IstioCertificateResponse response =
                    IstioCertificateServiceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                            .withWaitForReady()
                            .createCertificate(request);
            return secrets(key, response);
        } catch (StatusRuntimeException e) {
            throw new IOException(
                    "asking for a certificate of " + identity + ": " + StatusText.of(e.getStatus()),
                    e);
        } catch (CertificateException e) {
            throw new IOException("the authority's answer for " + identity + " is malformed", e);
        }
    }

    /// The last text holds the roots: two of them while one takes over from the other.
    private WorkloadSecrets secrets(WorkloadKey key, IstioCertificateResponse response)
            throws CertificateException {
        List<String> texts = response.getCertChainList();
        if (texts.size() < 2) {
            throw new CertificateException(
                    "a chain of " + texts.size() + " has no root at its end");
        }
        List<X509Certificate> chain =
                Pem.readCertificates(String.join("\n", texts.subList(0, texts.size() - 1)));
        if (!chain.getFirst().getPublicKey().equals(key.pair().getPublic())) {
            throw new CertificateException("the certificate is for another key");
        }
        return new WorkloadSecrets(
                chain, key.pair().getPrivate(), Pem.readCertificates(texts.getLast()));
    }
}
