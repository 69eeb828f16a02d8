package io.meltemi.citadel.service;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Hands a call's `authorization: Bearer` token to the service behind it. Thread-safe.
public final class BearerToken implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final String SCHEME = "Bearer ";
    private static final Context.Key<String> TOKEN = Context.key("bearer-token");

    /// The token of the call that is being served, if it brought one.
    static Optional<String> current() {
        return Optional.ofNullable(TOKEN.get());
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        @Nullable String value = headers.get(AUTHORIZATION);
        if (value == null || !value.startsWith(SCHEME)) {
            return next.startCall(call, headers);
        }
        Context context = Context.current().withValue(TOKEN, value.substring(SCHEME.length()));
        return Contexts.interceptCall(context, call, headers, next);
    }
}
