package io.meltemi.cli.demo;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.meltemi.xds.client.StatusText;
import io.meltemi.xds.proto.control.AuthorityRequest;
import io.meltemi.xds.proto.control.AuthorityResponse;
import io.meltemi.xds.proto.control.ControlGrpc;
import io.meltemi.xds.proto.control.MeshRequest;
import io.meltemi.xds.proto.control.MeshResponse;
import io.meltemi.xds.proto.control.MetricsRequest;
import io.meltemi.xds.proto.control.RotateRootRequest;
import io.meltemi.xds.proto.control.Span;
import io.meltemi.xds.proto.control.StatusRequest;
import io.meltemi.xds.proto.control.StatusResponse;
import io.meltemi.xds.proto.control.TraceRequest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Asks the control plane over its owner's socket. Thread-safe.
public final class ControlClient implements AutoCloseable {
    private final ManagedChannel channel;

    public ControlClient(Path socket, EventLoopGroup loop) {
        channel =
                NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                        .eventLoopGroup(loop)
                        .channelType(EpollDomainSocketChannel.class)
                        .usePlaintext()
                        .overrideAuthority("localhost")
                        .build();
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

    private static IOException unanswered(StatusRuntimeException e) {
        return new IOException("asking the control plane: " + StatusText.of(e.getStatus()), e);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
