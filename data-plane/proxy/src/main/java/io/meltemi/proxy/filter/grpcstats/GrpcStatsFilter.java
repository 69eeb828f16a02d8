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
import io.meltemi.proxy.observe.ExchangeRecord;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Counts gRPC calls and their messages. Thread-safe: its counters are.
///
/// Envoy: methods that are not listed are counted together, without names.
final class GrpcStatsFilter implements HttpFilter {
    private final CallCounts counts;
    private final boolean allMethods;
    private final Set<GrpcMethod> listed;
    private final boolean replaceDots;
    private final boolean tellsOthers;

    /// @param tellsOthers whether logs and other filters hear how many messages a call had
    GrpcStatsFilter(
            CallCounts counts,
            boolean allMethods,
            Set<GrpcMethod> listed,
            boolean replaceDots,
            boolean tellsOthers) {
        this.counts = counts;
        this.allMethods = allMethods;
        this.listed = Set.copyOf(listed);
        this.replaceDots = replaceDots;
        this.tellsOthers = tellsOthers;
    }

    @Override
    public Verdict onRequest(FilterStream stream) {
        HeaderMap request = stream.requestHeaders();
        String cluster = stream.upstreamClusterStatName();
        if (cluster == null || !GrpcTypes.isGrpc(request.get(HeaderNames.CONTENT_TYPE))) {
            return Verdict.CONTINUE;
        }
        GrpcMethod method = GrpcMethod.of(request.get(HeaderNames.PATH));
        CallCounts.OfMethod call = method == null ? null : call(cluster, method);
        if (call != null) {
            stream.setState(this, call);
        }
        if (call != null || tellsOthers) {
            stream.transformRequest(new RequestMessages(call, told(stream)));
        }
        return Verdict.CONTINUE;
    }

    private @Nullable ExchangeRecord told(FilterStream stream) {
        return tellsOthers ? stream.record() : null;
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
        CallCounts.OfMethod call =
                stream.state(this) instanceof CallCounts.OfMethod known ? known : null;
        if (call != null) {
            call.ended(responseHeaders.get(HeaderNames.GRPC_STATUS));
        }
        if (endStream || (call == null && !tellsOthers)) {
            return;
        }
        boolean isGrpc = GrpcTypes.isGrpcResponse(responseHeaders, false);
        // Envoy: others hear also of responses whose requests said nothing of gRPC.
        if (call != null || isGrpc) {
            stream.transformResponse(new ResponseMessages(call, isGrpc, told(stream)));
        }
    }

    /// Envoy: nothing is told of a call without messages.
    private static void begin(ExchangeRecord record) {
        record.grpcRequestMessages = Math.max(0, record.grpcRequestMessages);
        record.grpcResponseMessages = Math.max(0, record.grpcResponseMessages);
    }

    /// Counts a request's messages. Confined to its event loop.
    private static final class RequestMessages implements BodyStage {
        private final FrameCounter frames = new FrameCounter();
        private final CallCounts.@Nullable OfMethod call;
        private final @Nullable ExchangeRecord told;

        RequestMessages(CallCounts.@Nullable OfMethod call, @Nullable ExchangeRecord told) {
            this.call = call;
            this.told = told;
        }

        @Override
        public ByteBuf onData(ByteBuf data, boolean endStream) {
            int messages = frames.count(data);
            if (call != null) {
                call.requestMessages(messages);
            }
            if (told != null && messages > 0) {
                begin(told);
                told.grpcRequestMessages += messages;
            }
            return data;
        }
    }

    /// Counts a response's messages, and the call when its status comes last. Confined to its event
    /// loop.
    private static final class ResponseMessages implements BodyStage {
        private final FrameCounter frames = new FrameCounter();
        private final CallCounts.@Nullable OfMethod call;
        private final boolean isGrpc;
        private final @Nullable ExchangeRecord told;

        ResponseMessages(
                CallCounts.@Nullable OfMethod call, boolean isGrpc, @Nullable ExchangeRecord told) {
            this.call = call;
            this.isGrpc = isGrpc;
            this.told = told;
        }

        @Override
        public ByteBuf onData(ByteBuf data, boolean endStream) {
            if (isGrpc) {
                int messages = frames.count(data);
                if (call != null) {
                    call.responseMessages(messages);
                }
                if (told != null && messages > 0) {
                    begin(told);
                    told.grpcResponseMessages += messages;
                }
            }
            return data;
        }

        @Override
        public ByteBuf onTrailers(HeaderMap trailers) {
            if (call != null) {
                call.ended(trailers.get(HeaderNames.GRPC_STATUS));
            }
            return Unpooled.EMPTY_BUFFER;
        }
    }
}
