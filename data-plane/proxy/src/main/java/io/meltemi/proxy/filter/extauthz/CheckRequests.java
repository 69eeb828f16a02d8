package io.meltemi.proxy.filter.extauthz;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.meltemi.proxy.decide.match.HeaderMatch;
import io.meltemi.proxy.decide.rewrite.HeaderTemplate;
import io.meltemi.proxy.decide.route.Route;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Writes down what the service is told of a request. Immutable.
///
/// @param allowed null: every header is told
/// @param rawHeaders whether headers are told one by one, as bytes
/// @param packed whether the body is told as bytes
record CheckRequests(
        @Nullable HeaderNameMatch allowed,
        HeaderNameMatch disallowed,
        boolean rawHeaders,
        boolean packed,
        boolean tlsSession,
        List<String> metadata,
        List<String> routeMetadata,
        LongSupplier epochSeconds,
        LongSupplier random) {
    CheckRequests {
        metadata = List.copyOf(metadata);
        routeMetadata = List.copyOf(routeMetadata);
    }

    CheckRequest of(FilterStream stream, Authorizer.Question question) {
        AttributeContext.Builder context =
                AttributeContext.newBuilder()
                        .setSource(source(stream))
                        .setDestination(
                                AttributeContext.Peer.newBuilder()
                                        .setAddress(address(stream.downstreamLocalAddress())))
                        .setRequest(
                                AttributeContext.Request.newBuilder()
                                        .setTime(
                                                Timestamp.newBuilder()
                                                        .setSeconds(epochSeconds.getAsLong()))
                                        .setHttp(http(stream, question)))
                        .putAllContextExtensions(question.extensions())
                        .setMetadataContext(noted(stream))
                        .setRouteMetadataContext(ofRoute(stream.route()));
        if (tlsSession && stream.requestedServerName() != null) {
            context.setTlsSession(
                    AttributeContext.TLSSession.newBuilder().setSni(stream.requestedServerName()));
        }
        return CheckRequest.newBuilder().setAttributes(context).build();
    }

    private static AttributeContext.Peer source(FilterStream stream) {
        AttributeContext.Peer.Builder peer =
                AttributeContext.Peer.newBuilder()
                        .setAddress(address(stream.downstreamRemoteAddress()));
        String principal = stream.peerUri();
        if (principal != null) {
            peer.setPrincipal(principal);
        }
        String service = stream.requestHeaders().get("x-envoy-downstream-service-cluster");
        if (service != null) {
            peer.setService(service);
        }
        return peer.build();
    }

    private static Address address(InetSocketAddress address) {
        return Address.newBuilder()
                .setSocketAddress(
                        SocketAddress.newBuilder()
                                .setAddress(HeaderTemplate.address(address))
                                .setPortValue(address.getPort()))
                .build();
    }

    private AttributeContext.HttpRequest http(FilterStream stream, Authorizer.Question question) {
        HeaderMap request = stream.requestHeaders();
        ByteString body = question.body();
        AttributeContext.HttpRequest.Builder http =
                AttributeContext.HttpRequest.newBuilder()
                        .setId(Long.toUnsignedString(random.getAsLong()))
                        .setMethod(text(request, HeaderNames.METHOD))
                        .setPath(text(request, HeaderNames.PATH))
                        .setHost(text(request, HeaderNames.AUTHORITY))
                        .setScheme(text(request, HeaderNames.SCHEME))
                        .setSize(stream.requestBytesReceived())
                        .setProtocol(String.valueOf(stream.protocol()));
        headers(request, http);
        if (body != null) {
            if (packed) {
                http.setRawBody(body);
            } else {
                http.setBody(body.toStringUtf8());
            }
            put("x-envoy-auth-partial-body", Boolean.toString(question.partial()), http);
        }
        return http.build();
    }

    private static String text(HeaderMap request, String name) {
        String value = request.get(name);
        return value == null ? "" : value;
    }

    private void headers(HeaderMap request, AttributeContext.HttpRequest.Builder http) {
        for (int i = 0; i < request.size(); i++) {
            String name = request.name(i);
            boolean told = (allowed == null || allowed.matches(name)) && !disallowed.matches(name);
            if (told && rawHeaders) {
                put(name, request.value(i), http);
            } else if (told && request.indexOf(name, 0) == i) {
                put(name, String.valueOf(HeaderMatch.joined(request, name)), http);
            }
        }
    }

    private void put(String name, String value, AttributeContext.HttpRequest.Builder http) {
        if (rawHeaders) {
            http.getHeaderMapBuilder()
                    .addHeaders(
                            HeaderValue.newBuilder()
                                    .setKey(name)
                                    .setRawValue(
                                            ByteString.copyFrom(
                                                    value, StandardCharsets.ISO_8859_1)));
        } else {
            http.putHeaders(name, value);
        }
    }

    private Metadata noted(FilterStream stream) {
        Metadata.Builder told = Metadata.newBuilder();
        for (String namespace : metadata) {
            if (stream.dynamicMetadata(namespace) instanceof Map<?, ?> tree) {
                told.putFilterMetadata(namespace, struct(tree));
            }
        }
        return told.build();
    }

    private Metadata ofRoute(@Nullable Route route) {
        Metadata.Builder told = Metadata.newBuilder();
        for (String namespace : routeMetadata) {
            if (route != null && route.metadata().get(namespace) instanceof Map<?, ?> tree) {
                told.putFilterMetadata(namespace, struct(tree));
            }
        }
        return told.build();
    }

    private static Struct struct(Map<?, ?> tree) {
        Struct.Builder struct = Struct.newBuilder();
        tree.forEach((key, value) -> struct.putFields(String.valueOf(key), value(value)));
        return struct.build();
    }

    private static Value value(Object tree) {
        Value.Builder value = Value.newBuilder();
        return switch (tree) {
            case Map<?, ?> map -> value.setStructValue(struct(map)).build();
            case List<?> list -> {
                list.forEach(each -> value.getListValueBuilder().addValues(value(each)));
                yield value.build();
            }
            case Number number -> value.setNumberValue(number.doubleValue()).build();
            case Boolean flag -> value.setBoolValue(flag).build();
            default -> value.setStringValue(tree.toString()).build();
        };
    }
}
