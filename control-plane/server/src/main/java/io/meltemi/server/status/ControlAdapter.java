package io.meltemi.server.status;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.citadel.ca.AuthorityKeys;
import io.meltemi.citadel.ca.RefusedRequestException;
import io.meltemi.citadel.token.JoinTokens;
import io.meltemi.mixer.otlp.SpanRecord;
import io.meltemi.mixer.otlp.TraceWindow;
import io.meltemi.server.port.MetricsPort;
import io.meltemi.xds.proto.control.AuthorityRequest;
import io.meltemi.xds.proto.control.AuthorityResponse;
import io.meltemi.xds.proto.control.ControlGrpc.ControlImplBase;
import io.meltemi.xds.proto.control.JoinTokenRequest;
import io.meltemi.xds.proto.control.JoinTokenResponse;
import io.meltemi.xds.proto.control.MeshRequest;
import io.meltemi.xds.proto.control.MeshResponse;
import io.meltemi.xds.proto.control.MetricsRequest;
import io.meltemi.xds.proto.control.MetricsResponse;
import io.meltemi.xds.proto.control.RotateRootRequest;
import io.meltemi.xds.proto.control.RotateRootResponse;
import io.meltemi.xds.proto.control.Span;
import io.meltemi.xds.proto.control.StatusRequest;
import io.meltemi.xds.proto.control.StatusResponse;
import io.meltemi.xds.proto.control.TraceRequest;
import io.meltemi.xds.proto.control.TraceResponse;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.function.Supplier;

/// Answers the owner of the mesh. Thread-safe.
public final class ControlAdapter extends ControlImplBase {
    private final AuthorityKeys keys;
    private final JoinTokens tokens;
    private final TrustDomain trustDomain;
    private final Supplier<StatusResponse> status;
    private final Supplier<MeshResponse> mesh;
    private final PrometheusRegistry metrics;
    private final TraceWindow traces;

    /// @param status what the mesh looks like now
    /// @param mesh what it is made of now
    public ControlAdapter(
            AuthorityKeys keys,
            JoinTokens tokens,
            TrustDomain trustDomain,
            Supplier<StatusResponse> status,
            Supplier<MeshResponse> mesh,
            PrometheusRegistry metrics,
            TraceWindow traces) {
        this.keys = keys;
        this.tokens = tokens;
        this.trustDomain = trustDomain;
        this.status = status;
        this.mesh = mesh;
        this.metrics = metrics;
        this.traces = traces;
    }

    @Override
    public void issueJoinToken(
            JoinTokenRequest request, StreamObserver<JoinTokenResponse> responses) {
        try {
            SpiffeId identity =
                    new SpiffeId(trustDomain, request.getNamespace(), request.getServiceAccount());
            responses.onNext(
                    JoinTokenResponse.newBuilder()
                            .setToken(tokens.issue(identity))
                            .setRootCertificate(keys.trust().pem())
                            .build());
            responses.onCompleted();
        } catch (IllegalArgumentException e) {
            responses.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> responses) {
        responses.onNext(status.get());
        responses.onCompleted();
    }

    @Override
    public void mesh(MeshRequest request, StreamObserver<MeshResponse> responses) {
        responses.onNext(mesh.get());
        responses.onCompleted();
    }

    @Override
    public void metrics(MetricsRequest request, StreamObserver<MetricsResponse> responses) {
        try {
            responses.onNext(
                    MetricsResponse.newBuilder().setText(MetricsPort.text(metrics)).build());
            responses.onCompleted();
        } catch (IOException e) {
            responses.onError(Status.INTERNAL.withCause(e).asRuntimeException());
        }
    }

    @Override
    public void trace(TraceRequest request, StreamObserver<TraceResponse> responses) {
        TraceResponse.Builder response = TraceResponse.newBuilder();
        for (SpanRecord span : traces.trace(request.getTraceId())) {
            response.addSpans(
                    Span.newBuilder()
                            .setTraceId(span.traceId())
                            .setSpanId(span.spanId())
                            .setParentId(span.parentId())
                            .setService(span.service())
                            .setName(span.name())
                            .setKind(span.kind())
                            .setStartEpochNanos(span.startEpochNanos())
                            .setDurationNanos(span.durationNanos()));
        }
        responses.onNext(response.build());
        responses.onCompleted();
    }

    @Override
    public void authority(AuthorityRequest request, StreamObserver<AuthorityResponse> responses) {
        responses.onNext(AuthorityText.of(keys));
        responses.onCompleted();
    }

    @Override
    public void rotateRoot(
            RotateRootRequest request, StreamObserver<RotateRootResponse> responses) {
        try {
            responses.onNext(RotateRootResponse.newBuilder().setMessage(keys.rotate()).build());
            responses.onCompleted();
        } catch (RefusedRequestException e) {
            responses.onError(
                    Status.FAILED_PRECONDITION.withDescription(e.reason()).asRuntimeException());
        } catch (IOException e) {
            responses.onError(
                    Status.INTERNAL
                            .withDescription("the new root cannot be kept: " + e.getMessage())
                            .asRuntimeException());
        }
    }
}
