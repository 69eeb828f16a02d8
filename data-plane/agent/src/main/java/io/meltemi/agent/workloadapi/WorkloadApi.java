package io.meltemi.agent.workloadapi;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.agent.identity.IdentityKeeper;
import io.meltemi.xds.proto.spiffe.JWTBundlesRequest;
import io.meltemi.xds.proto.spiffe.JWTBundlesResponse;
import io.meltemi.xds.proto.spiffe.JWTSVIDRequest;
import io.meltemi.xds.proto.spiffe.JWTSVIDResponse;
import io.meltemi.xds.proto.spiffe.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase;
import io.meltemi.xds.proto.spiffe.ValidateJWTSVIDRequest;
import io.meltemi.xds.proto.spiffe.ValidateJWTSVIDResponse;
import io.meltemi.xds.proto.spiffe.X509BundlesRequest;
import io.meltemi.xds.proto.spiffe.X509BundlesResponse;
import io.meltemi.xds.proto.spiffe.X509SVIDRequest;
import io.meltemi.xds.proto.spiffe.X509SVIDResponse;
import java.time.Clock;
import java.util.concurrent.Semaphore;

/// Gives an application the identity of its workload, and each later one as it comes (SPIFFE
/// Workload API). Thread-safe.
///
/// Who can open the socket is the workload: the file is its owner's alone.
public final class WorkloadApi extends SpiffeWorkloadAPIImplBase {
    /// A program has one stream for each of its libraries; the agent's memory is everyone's.
    static final int MOST_STREAMS = 100;

    private static final String NO_JWT =
            "this mesh's authority signs X.509 certificates alone, no JWT-SVIDs: use FetchX509SVID";

    private final IdentityKeeper identity;
    private final Clock clock;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);

    private WorkloadApi(IdentityKeeper identity, Clock clock) {
        this.identity = identity;
        this.clock = clock;
    }

    /// The service, behind the header that every caller must send.
    public static BindableService of(IdentityKeeper identity) {
        return of(identity, Clock.systemUTC());
    }

    static BindableService of(IdentityKeeper identity, Clock clock) {
        WorkloadApi service = new WorkloadApi(identity, clock);
        return () -> ServerInterceptors.intercept(service, new SecurityHeader());
    }

    @Override
    public void fetchX509SVID(X509SVIDRequest request, StreamObserver<X509SVIDResponse> responses) {
        SvidStream.open(identity, clock, streams, SvidMessages::svid, responses);
    }

    @Override
    public void fetchX509Bundles(
            X509BundlesRequest request, StreamObserver<X509BundlesResponse> responses) {
        SvidStream.open(identity, clock, streams, SvidMessages::bundles, responses);
    }

    @Override
    public void fetchJWTSVID(JWTSVIDRequest request, StreamObserver<JWTSVIDResponse> responses) {
        withoutJwt(responses);
    }

    @Override
    public void fetchJWTBundles(
            JWTBundlesRequest request, StreamObserver<JWTBundlesResponse> responses) {
        withoutJwt(responses);
    }

    @Override
    public void validateJWTSVID(
            ValidateJWTSVIDRequest request, StreamObserver<ValidateJWTSVIDResponse> responses) {
        withoutJwt(responses);
    }

    private static void withoutJwt(StreamObserver<?> responses) {
        responses.onError(Status.UNIMPLEMENTED.withDescription(NO_JWT).asRuntimeException());
    }
}
