package io.meltemi.proxy.filter.grpcweb;

import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.grpc.CallCounts;
import io.meltemi.proxy.filter.grpc.GrpcMethod;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import org.jspecify.annotations.Nullable;

/// Makes gRPC requests of gRPC-Web's, and gRPC-Web responses of gRPC's: trailers become a last
/// frame of the body, and the text forms are base64. Thread-safe: its counters are.
final class GrpcWebFilter implements HttpFilter {
    private static final String BINARY = "application/grpc-web";
    private static final String BINARY_PROTO = "application/grpc-web+proto";
    private static final String TEXT = "application/grpc-web-text";
    private static final String TEXT_PROTO = "application/grpc-web-text+proto";
    private static final String ACCEPT_ENCODING = "grpc-accept-encoding";

    private final CallCounts counts;

    GrpcWebFilter(CallCounts counts) {
        this.counts = counts;
    }

    /// A request of gRPC-Web.
    ///
    /// @param call its counters; null: its path names no method
    private record Call(boolean textResponse, CallCounts.@Nullable OfMethod call) {}

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap request = stream.requestHeaders();
        String type = request.get(HeaderNames.CONTENT_TYPE);
        boolean text = isText(type);
        if (!text && !BINARY.equals(type) && !BINARY_PROTO.equals(type)) {
            return Verdict.CONTINUE;
        }
        stream.setState(this, new Call(isText(request.get("accept")), call(stream)));
        request.remove(HeaderNames.CONTENT_LENGTH);
        request.set(HeaderNames.CONTENT_TYPE, "application/grpc");
        request.set(HeaderNames.TE, "trailers");
        if (!request.contains(ACCEPT_ENCODING)) {
            request.add(ACCEPT_ENCODING, "identity");
        }
        if (text) {
            stream.transformRequest(new TextRequest(stream));
        }
        return Verdict.CONTINUE;
    }

    private static boolean isText(@Nullable String type) {
        return TEXT.equals(type) || TEXT_PROTO.equals(type);
    }

    private CallCounts.@Nullable OfMethod call(FilterStream stream) {
        String path = stream.requestHeaders().get(HeaderNames.PATH);
        String cluster = stream.upstreamClusterStatName();
        GrpcMethod method = GrpcMethod.of(path);
        return cluster == null || method == null || path == null
                ? null
                : counts.of(cluster, path, method);
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (!(stream.state(this) instanceof Call(boolean text, CallCounts.OfMethod call))) {
            return;
        }
        if (call != null) {
            call.ended(responseHeaders.get(HeaderNames.GRPC_STATUS));
        }
        boolean foreign =
                !GrpcTypes.isGrpcResponse(responseHeaders, endStream) && !isWeb(responseHeaders);
        responseHeaders.remove(HeaderNames.CONTENT_LENGTH);
        responseHeaders.set(HeaderNames.CONTENT_TYPE, text ? TEXT_PROTO : BINARY_PROTO);
        if (endStream) {
            return;
        }
        if (foreign) {
            stream.holdResponse();
            stream.transformResponse(new ForeignResponse(responseHeaders, call));
        } else {
            stream.transformResponse(new WebResponse(text, call));
        }
    }

    /// Whether the service speaks gRPC-Web itself.
    private static boolean isWeb(HeaderMap response) {
        String type = response.get(HeaderNames.CONTENT_TYPE);
        if (type == null || !"200".equals(response.get(HeaderNames.STATUS))) {
            return false;
        }
        int end = type.indexOf(';');
        String plain = (end < 0 ? type : type.substring(0, end)).stripTrailing();
        return plain.equalsIgnoreCase(BINARY_PROTO) || plain.equalsIgnoreCase(BINARY);
    }
}
