package io.meltemi.cli.demo;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.meltemi.agent.identity.ControlSocket;
import io.meltemi.xds.client.StatusText;
import io.meltemi.xds.proto.control.ApplyRequest;
import io.meltemi.xds.proto.control.AuthorityRequest;
import io.meltemi.xds.proto.control.AuthorityResponse;
import io.meltemi.xds.proto.control.ConfigurationGrpc;
import io.meltemi.xds.proto.control.ControlGrpc;
import io.meltemi.xds.proto.control.DeleteRequest;
import io.meltemi.xds.proto.control.GetRequest;
import io.meltemi.xds.proto.control.GetResponse;
import io.meltemi.xds.proto.control.MeshRequest;
import io.meltemi.xds.proto.control.MeshResponse;
import io.meltemi.xds.proto.control.MetricsRequest;
import io.meltemi.xds.proto.control.ProxyConfigRequest;
import io.meltemi.xds.proto.control.ProxyConfigResponse;
import io.meltemi.xds.proto.control.RotateRootRequest;
import io.meltemi.xds.proto.control.Span;
import io.meltemi.xds.proto.control.StatusRequest;
import io.meltemi.xds.proto.control.StatusResponse;
import io.meltemi.xds.proto.control.TraceRequest;
import io.meltemi.xds.proto.control.WriteResponse;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Asks the control plane over its owner's socket. Thread-safe.
public final class ControlClient implements AutoCloseable {
    /// Of ten thousand documents each may be long.
    private static final int MOST_BYTES = 64 << 20;

    private static final long WRITE_SECONDS = 60;

    private final ManagedChannel channel;

    public ControlClient(Path socket, EventLoopGroup loop) {
        channel = ControlSocket.channel(socket, loop).maxInboundMessageSize(MOST_BYTES).build();
    }

    private ControlGrpc.ControlBlockingStub stub() {
        return ControlGrpc.newBlockingStub(channel)
                .withDeadlineAfter(5, TimeUnit.SECONDS)
                .withWaitForReady();
    }

    /// @throws IOException when the control plane does not answer within 5 s
    public StatusResponse status() throws IOException {
        try {
            return stub().status(StatusRequest.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            throw unanswered(e);
        }
    }

    /// What the mesh is made of beside its files.
    public MeshResponse mesh() throws IOException {
        try {
            return stub().mesh(MeshRequest.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            throw unanswered(e);
        }
    }

    /// Everything that Prometheus would scrape.
    public MetricsText metrics() throws IOException {
        try {
            return new MetricsText(stub().metrics(MetricsRequest.getDefaultInstance()).getText());
        } catch (StatusRuntimeException e) {
            throw unanswered(e);
        }
    }

    /// The spans of one trace that have arrived so far.
    public List<Span> trace(String traceId) throws IOException {
        try {
            return stub().trace(TraceRequest.newBuilder().setTraceId(traceId).build())
                    .getSpansList();
        } catch (StatusRuntimeException e) {
            throw unanswered(e);
        }
    }

    /// What certificates are signed with, and whose are believed.
    public AuthorityResponse authority() throws IOException {
        try {
            return stub().authority(AuthorityRequest.getDefaultInstance());
        } catch (StatusRuntimeException e) {
            throw unanswered(e);
        }
    }

    /// Has a new root take over.
    ///
    /// @return what happens now and when the rest does, in a sentence
    public String rotateRoot() throws IOException {
        try {
            return stub().rotateRoot(RotateRootRequest.getDefaultInstance()).getMessage();
        } catch (StatusRuntimeException e) {
            throw e.getStatus().getCode() == Status.Code.FAILED_PRECONDITION
                    ? new IOException(e.getStatus().getDescription(), e)
                    : unanswered(e);
        }
    }

    /// Writes objects into the mesh's store.
    ///
    /// @throws IOException also when the control plane keeps none
    public WriteResponse apply(ApplyRequest request) throws IOException {
        return configuration(stub -> stub.apply(request));
    }

    /// Deletes objects of the mesh's store.
    ///
    /// @throws IOException also when the control plane keeps none
    public WriteResponse delete(DeleteRequest request) throws IOException {
        return configuration(stub -> stub.delete(request));
    }

    /// What is configured, in force or not, and what proxies have.
    ///
    /// @throws IOException also when there is no such kind
    public GetResponse get(GetRequest request) throws IOException {
        return configuration(stub -> stub.get(request));
    }

    /// What a connected proxy should have.
    ///
    /// @throws IOException also when it is not connected, saying who is
    public ProxyConfigResponse proxyConfig(ProxyConfigRequest request) throws IOException {
        return configuration(stub -> stub.proxyConfig(request));
    }

    private <T> T configuration(Function<ConfigurationGrpc.ConfigurationBlockingStub, T> question)
            throws IOException {
        try {
            return question.apply(
                    ConfigurationGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(WRITE_SECONDS, TimeUnit.SECONDS)
                            .withWaitForReady());
        } catch (StatusRuntimeException e) {
            throw switch (e.getStatus().getCode()) {
                case FAILED_PRECONDITION, INVALID_ARGUMENT ->
                        new IOException(e.getStatus().getDescription(), e);
                default -> unanswered(e);
            };
        }
    }

    private static IOException unanswered(StatusRuntimeException e) {
        return new IOException("asking the control plane: " + StatusText.of(e.getStatus()), e);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
