package io.meltemi.agent.workloadapi;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.meltemi.agent.identity.IdentityKeeper;
import io.meltemi.agent.identity.WorkloadSecrets;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.xds.server.PeerIdentity;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// One application's stream of certificates. Thread-safe: guarded by this; gRPC and rotations meet
/// here.
///
/// Only the newest waits for an application that does not read.
final class SvidStream<R> {
    private final BiFunction<SpiffeId, WorkloadSecrets, R> message;
    private final Clock clock;
    private final Semaphore streams;
    private final ServerCallStreamObserver<R> responses;

    /// Not sent yet. Guarded by this.
    private @Nullable WorkloadSecrets next;

    private boolean ended; // Guarded by this.
    private Runnable unsubscribe = () -> {}; // Guarded by this.

    private SvidStream(
            BiFunction<SpiffeId, WorkloadSecrets, R> message,
            Clock clock,
            Semaphore streams,
            ServerCallStreamObserver<R> responses) {
        this.message = message;
        this.clock = clock;
        this.streams = streams;
        this.responses = responses;
    }

    /// @param streams has a permit for each stream that there may be
    static <R> void open(
            IdentityKeeper identity,
            Clock clock,
            Semaphore streams,
            BiFunction<SpiffeId, WorkloadSecrets, R> message,
            StreamObserver<R> responses) {
        if (!streams.tryAcquire()) {
            responses.onError(
                    Status.RESOURCE_EXHAUSTED
                            .withDescription(
                                    "this workload has %d streams already: close some"
                                            .formatted(WorkloadApi.MOST_STREAMS))
                            .asRuntimeException());
            return;
        }
        SvidStream<R> stream =
                new SvidStream<>(message, clock, streams, (ServerCallStreamObserver<R>) responses);
        stream.responses.setOnCancelHandler(stream::end);
        stream.responses.setOnReadyHandler(stream::send);
        stream.begin(identity.subscribe(stream::rotated));
    }

    private void begin(Runnable end) {
        synchronized (this) {
            if (!ended) {
                unsubscribe = end;
                return;
            }
        }
        end.run();
    }

    private void rotated(WorkloadSecrets secrets) {
        synchronized (this) {
            next = secrets;
        }
        send();
    }

    private synchronized void send() {
        if (ended || next == null || !responses.isReady()) {
            return;
        }
        WorkloadSecrets secrets = next;
        next = null;
        Optional<SpiffeId> id = PeerIdentity.of(secrets.leaf());
        boolean isOver = !clock.instant().isBefore(secrets.validUntil());
        if (id.isEmpty() || isOver) {
            end();
            responses.onError(
                    Status.PERMISSION_DENIED
                            .withDescription(
                                    isOver
                                            ? "no identity issued: the certificate ended at %s and could not be renewed, is the control plane there?"
                                                    .formatted(secrets.validUntil())
                                            : "no identity issued")
                            .asRuntimeException());
            return;
        }
        responses.onNext(message.apply(id.get(), secrets));
    }

    private void end() {
        Runnable over;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            over = unsubscribe;
        }
        over.run();
        streams.release();
    }
}
