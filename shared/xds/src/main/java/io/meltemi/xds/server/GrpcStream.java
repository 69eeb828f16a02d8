package io.meltemi.xds.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Joins one gRPC discovery stream to its session. Writes are confined to the session's executor.
///
/// One request is taken at a time, so that a proxy that asks faster than it can be answered waits
/// in its own send window.
final class GrpcStream<A, B> {
    private static final Logger log = LoggerFactory.getLogger(GrpcStream.class);

    private final ServerCallStreamObserver<B> responses;

    GrpcStream(StreamObserver<B> responses) {
        this.responses = (ServerCallStreamObserver<B>) responses;
    }

    StreamObserver<A> open(AdsSession session, Function<A, Ask> decode) {
        responses.disableAutoRequest();
        responses.setOnReadyHandler(session::ready);
        responses.setOnCancelHandler(session::ended);
        responses.request(1);
        return new StreamObserver<>() {
            @Override
            public void onNext(A request) {
                session.asked(decode.apply(request), () -> responses.request(1));
            }

            @Override
            public void onError(Throwable cause) {
                session.ended();
            }

            @Override
            public void onCompleted() {
                session.closed();
            }
        };
    }

    boolean isReady() {
        return !responses.isCancelled() && responses.isReady();
    }

    void send(B response) {
        try {
            responses.onNext(response);
        } catch (IllegalStateException | StatusRuntimeException e) {
            // The stream was cancelled a moment ago; the session is told by the cancel handler.
            log.debug("a response met a stream that is gone", e);
        }
    }

    void end(Status status) {
        if (responses.isCancelled()) {
            return;
        }
        if (status.isOk()) {
            responses.onCompleted();
        } else {
            responses.onError(status.asRuntimeException());
        }
    }
}
