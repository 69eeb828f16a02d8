package io.meltemi.citadel.service;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.RefusedRequestException;
import io.meltemi.citadel.token.JoinTokens;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateResponse;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc.IstioCertificateServiceImplBase;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signs workloads' keys: first against a join token, later against the certificate they hold.
/// Thread-safe.
public final class CertificateAdapter extends IstioCertificateServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateAdapter.class);

    private final CertificateAuthority authority;
    private final JoinTokens tokens;
    private final Supplier<Optional<SpiffeId>> provenByCertificate;

    /// @param provenByCertificate who the current call's connection proves to be
    public CertificateAdapter(
            CertificateAuthority authority,
            JoinTokens tokens,
            Supplier<Optional<SpiffeId>> provenByCertificate) {
        this.authority = authority;
        this.tokens = tokens;
        this.provenByCertificate = provenByCertificate;
    }

    @Override
    public void createCertificate(
            IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
        Optional<SpiffeId> sender =
                provenByCertificate.get().or(() -> BearerToken.current().flatMap(tokens::redeem));
        if (sender.isEmpty()) {
            responses.onError(
                    Status.UNAUTHENTICATED
                            .withDescription(
                                    "neither a valid certificate nor an unused join token: ask for"
                                            + " a new token")
                            .asRuntimeException());
            return;
        }
        try {
            Duration lifetime = Duration.ofSeconds(Math.max(0, request.getValidityDuration()));
            responses.onNext(
                    IstioCertificateResponse.newBuilder()
                            .addAllCertChain(
                                    authority.sign(request.getCsr(), sender.get(), lifetime))
                            .build());
            responses.onCompleted();
        } catch (RefusedRequestException e) {
            LOG.warn("certificate request of {} refused: {}", sender.get(), e.getMessage());
            responses.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }
}
