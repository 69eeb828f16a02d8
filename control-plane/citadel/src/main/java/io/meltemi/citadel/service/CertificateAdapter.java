package io.meltemi.citadel.service;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.citadel.ca.CertificateAuthority;
import io.meltemi.citadel.ca.RefusedRequestException;
import io.meltemi.citadel.ca.SignedChain;
import io.meltemi.citadel.sender.AuthenticatorChain;
import io.meltemi.citadel.sender.Credentials;
import io.meltemi.citadel.sender.Verdict;
import io.meltemi.xds.proto.ca.IstioCertificateRequest;
import io.meltemi.xds.proto.ca.IstioCertificateResponse;
import io.meltemi.xds.proto.ca.IstioCertificateServiceGrpc.IstioCertificateServiceImplBase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Signs workloads' keys: the first time against a token, later against the certificate they hold.
/// Thread-safe.
///
/// Istio: `IstioCertificateService`. Its agents also send `ClusterID`, which says what a token of a
/// service account proves anyway: one control plane asks one cluster.
public final class CertificateAdapter extends IstioCertificateServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateAdapter.class);

    private final CertificateAuthority authority;
    private final AuthenticatorChain senders;
    private final Supplier<Optional<SpiffeId>> provenByCertificate;
    private final IssueLimits limits;
    private final IssueListener listener;

    /// @param senders whom it believes
    /// @param provenByCertificate who the current call's connection proves to be
    /// @param listener told of every request, before it is answered
    public CertificateAdapter(
            CertificateAuthority authority,
            AuthenticatorChain senders,
            Supplier<Optional<SpiffeId>> provenByCertificate,
            IssueLimits limits,
            IssueListener listener) {
        this.authority = authority;
        this.senders = senders;
        this.provenByCertificate = provenByCertificate;
        this.limits = limits;
        this.listener = listener;
    }

    @Override
    public void createCertificate(
            IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> responses) {
        var shown = new Credentials(provenByCertificate.get(), BearerToken.current());
        switch (senders.authenticate(shown)) {
            case Verdict.Proven sender -> sign(request, sender, responses);
            case Verdict.Unreachable(String why) -> {
                listener.heard(new IssueEvent.Unproven(why));
                refuse(
                        responses,
                        Status.UNAVAILABLE,
                        "nobody can say now whether the token is good: try again");
            }
            case Verdict.Refused(String why) -> unproven(why, responses);
            case Verdict.NothingShown() -> unproven("nothing was shown", responses);
        }
    }

    /// Why is for the owner of the mesh: a stranger could learn from it how to be believed.
    private void unproven(String why, StreamObserver<IstioCertificateResponse> responses) {
        listener.heard(new IssueEvent.Unproven(why));
        refuse(
                responses,
                Status.UNAUTHENTICATED,
                "neither a valid certificate nor a token that is taken: get a new token; the control"
                        + " plane's audit/certificates.jsonl says why");
    }

    private void sign(
            IstioCertificateRequest request,
            Verdict.Proven sender,
            StreamObserver<IstioCertificateResponse> responses) {
        SpiffeId identity = sender.identity();
        if (!limits.admit(identity)) {
            listener.heard(new IssueEvent.Limited(identity, sender.proof()));
            refuse(
                    responses,
                    Status.RESOURCE_EXHAUSTED,
                    identity + " asks for certificates too often: try again in a second");
            return;
        }
        try {
            requireOurOwn(request.getMetadata());
            Duration lifetime = Duration.ofSeconds(Math.max(0, request.getValidityDuration()));
            SignedChain chain = authority.sign(request.getCsr(), identity, lifetime);
            listener.heard(new IssueEvent.Issued(identity, sender.proof(), chain));
            responses.onNext(
                    IstioCertificateResponse.newBuilder().addAllCertChain(chain.pem()).build());
            responses.onCompleted();
        } catch (RefusedRequestException e) {
            LOG.warn("certificate request of {} refused: {}", identity, e.reason());
            listener.heard(new IssueEvent.Refused(identity, sender.proof(), e.reason()));
            refuse(responses, Status.INVALID_ARGUMENT, e.reason());
        }
    }

    /// Istio: an agent may ask for a signer of the cluster, ztunnel for the identity of a pod on
    /// its node. An agent that wants neither sends an empty signer.
    private static void requireOurOwn(Struct metadata) throws RefusedRequestException {
        for (String field : List.of("CertSigner", "ImpersonatedIdentity")) {
            Value value = metadata.getFieldsOrDefault(field, Value.getDefaultInstance());
            if (!value.getStringValue().isEmpty()) {
                throw new RefusedRequestException(
                        "metadata."
                                + field
                                + " is not served: this authority signs for its senders alone, with its own key");
            }
        }
    }

    private static void refuse(
            StreamObserver<IstioCertificateResponse> responses, Status status, String why) {
        responses.onError(status.withDescription(why).asRuntimeException());
    }
}
