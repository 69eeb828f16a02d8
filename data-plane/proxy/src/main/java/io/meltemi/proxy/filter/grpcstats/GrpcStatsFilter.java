package io.meltemi.proxy.filter.grpcstats;

import io.meltemi.proxy.filter.BodyStage;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.grpc.CallCounts;
import io.meltemi.proxy.filter.grpc.FrameCounter;
import io.meltemi.proxy.filter.grpc.GrpcMethod;
import io.meltemi.proxy.filter.grpc.GrpcTypes;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;

/// Counts gRPC calls and their messages. Thread-safe: its counters are.
///
/// Envoy: methods that are not listed are counted together, without names.
final class GrpcStatsFilter implements HttpFilter {
    private final CallCounts counts;
    private final boolean allMethods;
    private final Set<GrpcMethod> listed;
    private final boolean replaceDots;

    GrpcStatsFilter(
            CallCounts counts, boolean allMethods, Set<GrpcMethod> listed, boolean replaceDots) {
        this.counts = counts;
        this.allMethods = allMethods;
        this.listed = Set.copyOf(listed);
        this.replaceDots = replaceDots;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap request = stream.requestHeaders();
        String cluster = stream.upstreamClusterStatName();
        if (cluster == null || !GrpcTypes.isGrpc(request.get(HeaderNames.CONTENT_TYPE))) {
            return Verdict.CONTINUE;
        }
        GrpcMethod method = GrpcMethod.of(request.get(HeaderNames.PATH));
        if (method != null) {
            CallCounts.OfMethod call = call(cluster, method);
            stream.setState(this, call);
            stream.transformRequest(new RequestMessages(call));
        }
        return Verdict.CONTINUE;
    }

    private CallCounts.OfMethod call(String cluster, GrpcMethod method) {
        if (!allMethods && !listed.contains(method)) {
            return counts.of(cluster, "", null);
        }
        String service = replaceDots ? method.service().replace('.', '_') : method.service();
        return counts.of(
                cluster,
                method.service() + '/' + method.method(),
                new GrpcMethod(service, method.method()));
    }

    @Override
    public void onResponse(FilterStream stream, HeaderMap responseHeaders, boolean endStream) {
        if (stream.state(this) instanceof CallCounts.OfMethod call) {
            call.ended(responseHeaders.get(HeaderNames.GRPC_STATUS));
            if (!endStream) {
                stream.transformResponse(
                        new ResponseMessages(
                                call, GrpcTypes.isGrpcResponse(responseHeaders, false)));
            }
        }
    }

    /// Counts a request's messages. Confined to its event loop.
    private static final class RequestMessages implements BodyStage {
        private final FrameCounter frames = new FrameCounter();
        private final CallCounts.OfMethod call;

        RequestMessages(CallCounts.OfMethod call) {
            this.call = call;
        }

        @Override
        public ByteBuf onData(ByteBuf data, boolean endStream) {
            call.requestMessages(frames.count(data));
            return data;
        }
    }

    /// Counts a response's messages, and the call when its status comes last. Confined to its event
    /// loop.
    private static final class ResponseMessages implements BodyStage {
        private final FrameCounter frames = new FrameCounter();
        private final CallCounts.OfMethod call;
        private final boolean isGrpc;

        ResponseMessages(CallCounts.OfMethod call, boolean isGrpc) {
            this.call = call;
            this.isGrpc = isGrpc;
        }

        @Override
        public ByteBuf onData(ByteBuf data, boolean endStream) {
            if (isGrpc) {
                call.responseMessages(frames.count(data));
            }
            return data;
        }

        @Override
        public ByteBuf onTrailers(HeaderMap trailers) {
            call.ended(trailers.get(HeaderNames.GRPC_STATUS));
            return Unpooled.EMPTY_BUFFER;
        }
    }
}
