package io.meltemi.agent.identity;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/// One proxy's stream of secrets. Thread-safe: guarded by this; gRPC calls and rotations meet here.
///
/// @param <Q> request
/// @param <R> response
final class SecretStream<Q, R> implements StreamObserver<Q> {
    private final SecretDialect<Q, R> dialect; // Guarded by this.
    private final StreamObserver<R> responses; // Guarded by this.
    private final Runnable unsubscribe;
    private WorkloadSecrets secrets; // Guarded by this.
    private int version; // Guarded by this.
    private boolean wants; // Guarded by this.
    private boolean ended; // Guarded by this.

    SecretStream(
            IdentityKeeper identity, SecretDialect<Q, R> dialect, StreamObserver<R> responses) {
        this.dialect = dialect;
        this.responses = responses;
        this.secrets = identity.current();
        if (responses instanceof ServerCallStreamObserver<R> call) {
            call.setOnCancelHandler(this::end);
        }
        this.unsubscribe = identity.subscribe(this::rotated);
    }

    private synchronized void rotated(WorkloadSecrets now) {
        if (ended || now.equals(secrets)) {
            return;
        }
        secrets = now;
        dialect.forgetAnswers();
        if (wants) {
            answer();
        }
    }

    private void answer() {
        version++;
        responses.onNext(
                dialect.answer(
                        new SecretResources(secrets, MachineRoots.USUAL),
                        secrets.leaf().getSerialNumber().toString(16) + "-" + version));
    }

    @Override
    public synchronized void onNext(Q request) {
        boolean unanswered = dialect.read(request);
        if (unanswered && !ended) {
            wants = true;
            answer();
        }
    }

    @Override
    public void onError(Throwable failure) {
        end();
    }

    @Override
    public void onCompleted() {
        boolean first;
        synchronized (this) {
            first = !ended;
        }
        end();
        if (first) {
            responses.onCompleted();
        }
    }

    private void end() {
        synchronized (this) {
            ended = true;
        }
        unsubscribe.run();
    }
}
