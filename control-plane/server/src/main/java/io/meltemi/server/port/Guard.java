package io.meltemi.server.port;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.meltemi.xds.server.PeerIdentity;

/// Lets only callers through that have proven who they are. Thread-safe: without state.
public final class Guard implements ServerInterceptor {
    /// The service behind the guard.
    public static BindableService proven(BindableService service) {
        return behind(service, new Guard());
    }

    /// The service behind an interceptor of its own.
    public static BindableService behind(BindableService service, ServerInterceptor interceptor) {
        return () -> ServerInterceptors.intercept(service, interceptor);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (PeerIdentity.current().isPresent()) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        call.getMethodDescriptor().getFullMethodName()
                                + " needs a certificate of the mesh"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
