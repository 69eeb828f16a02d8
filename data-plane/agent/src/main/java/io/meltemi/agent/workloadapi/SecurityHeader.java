package io.meltemi.agent.workloadapi;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/// Lets only callers through that know what they speak to: somebody who is made to send a request
/// to a socket of the attacker's choice cannot set a header. Thread-safe: without state.
///
/// SPIFFE Workload Endpoint §3: `workload.spiffe.io: true`, otherwise InvalidArgument.
final class SecurityHeader implements ServerInterceptor {
    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if ("true".equals(headers.get(HEADER))) {
            return next.startCall(call, headers);
        }
        call.close(
                Status.INVALID_ARGUMENT.withDescription(
                        "security header missing from request: workload.spiffe.io: true"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }
}
