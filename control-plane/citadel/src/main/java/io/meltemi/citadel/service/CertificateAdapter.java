package io.meltemi.citadel.service;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.RefusedRequestException;
import io.meltemi.citadel.ca.SignedChain;
import io.meltemi.citadel.service.IssueEvent.Proof;
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
    private final IssueLimits limits;
    private final IssueListener listener;

    private record Sender(SpiffeId identity, Proof proof) {}

    /// @param provenByCertificate who the current call's connection proves to be
    /// @param listener told of every request, before it is answered
    public CertificateAdapter(
            CertificateAuthority authority,
            JoinTokens tokens,
            Supplier<Optional<SpiffeId>> provenByCertificate,
            IssueLimits limits,
            IssueListener listener) {
        this.authority = authority;
        this.tokens = tokens;
        this.provenByCertificate = provenByCertificate;
        this.limits = limits;
        this.listener = listener;
    }

    @Override
    public void createCertificate(
            IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
        Optional<Sender> sender = sender();
        if (sender.isEmpty()) {
            listener.heard(new IssueEvent.Unproven());
            refuse(
                    responses,
                    Status.UNAUTHENTICATED,
                    "neither a valid certificate nor an unused join token: ask for a new token");
            return;
        }
        SpiffeId identity = sender.get().identity;
        Proof proof = sender.get().proof;
        if (!limits.admit(identity)) {
            listener.heard(new IssueEvent.Limited(identity, proof));
            refuse(
                    responses,
                    Status.RESOURCE_EXHAUSTED,
                    identity + " asks for certificates too often: try again in a second");
            return;
        }
        try {
            Duration lifetime = Duration.ofSeconds(Math.max(0, request.getValidityDuration()));
            SignedChain chain = authority.sign(request.getCsr(), identity, lifetime);
            listener.heard(new IssueEvent.Issued(identity, proof, chain));
            responses.onNext(
                    IstioCertificateResponse.newBuilder().addAllCertChain(chain.pem()).build());
            responses.onCompleted();
        } catch (RefusedRequestException e) {
            LOG.warn("certificate request of {} refused: {}", identity, e.reason());
            listener.heard(new IssueEvent.Refused(identity, proof, e.reason()));
            refuse(responses, Status.INVALID_ARGUMENT, e.reason());
        }
    }

    private Optional<Sender> sender() {
        Optional<SpiffeId> byCertificate = provenByCertificate.get();
        return byCertificate.isPresent()
                ? byCertificate.map(id -> new Sender(id, Proof.CERTIFICATE))
                : BearerToken.current()
                        .flatMap(tokens::redeem)
                        .map(id -> new Sender(id, Proof.JOIN_TOKEN));
    }

    private static void refuse(
            StreamObserver<IstioCertificateResponse> responses, Status status, String why) {
        responses.onError(status.withDescription(why).asRuntimeException());
    }
}
