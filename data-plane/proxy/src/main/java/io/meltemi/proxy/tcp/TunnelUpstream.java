package io.meltemi.proxy.tcp;

import io.meltemi.proxy.cluster.CircuitBreakers;
import io.meltemi.proxy.cluster.ClusterSettings.UpstreamHttp;
import io.meltemi.proxy.cluster.ClusterStats;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.http.HeaderMap;
import io.meltemi.proxy.http.HeaderNames;
import io.meltemi.proxy.http.MessageReceiver;
import io.meltemi.proxy.http.MessageSender;
import io.meltemi.proxy.http.StreamReset;
import io.meltemi.proxy.http.h1.StatusLine;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.meltemi.proxy.observe.WireProtocol;
import io.meltemi.proxy.upstream.EndpointPool;
import io.meltemi.proxy.upstream.StreamFailure;
import io.meltemi.proxy.upstream.StreamWaiter;
import io.meltemi.proxy.upstream.TransportOptions;
import io.meltemi.proxy.upstream.WorkerCluster;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A session's bytes inside one request: its body goes there, the response's comes back. Confined
/// to its event loop. `HOT`.
///
/// Envoy: any 2xx opens a tunnel of HTTP/1, only 200 one of HTTP/2; whatever else comes is a
/// connection that failed.
final class TunnelUpstream implements UpstreamSide, StreamWaiter, MessageReceiver {
    private final WorkerLoop loop;
    private final WorkerCluster target;
    private final Endpoint endpoint;
    private final HeaderMap request;
    private final @Nullable ConnectionRecord downstream;
    private final UpstreamSide.Owner owner;
    private @Nullable EndpointPool pool;
    private @Nullable MessageSender sender;
    private @Nullable ConnectionRecord connection;
    private boolean http2;
    private boolean counted;
    private boolean open;
    private boolean sentAll;
    private boolean receivedAll;
    private boolean over;

    TunnelUpstream(
            WorkerLoop loop,
            WorkerCluster target,
            Endpoint endpoint,
            HeaderMap request,
            @Nullable ConnectionRecord downstream,
            UpstreamSide.Owner owner) {
        this.loop = loop;
        this.target = target;
        this.endpoint = endpoint;
        this.request = request;
        this.downstream = downstream;
        this.owner = owner;
    }

    /// Asks the endpoint's pool for a stream.
    void connect() {
        UpstreamHttp.Protocol protocol = target.cluster().settings().http().protocol();
        if (protocol == UpstreamHttp.Protocol.DOWNSTREAM) {
            protocol = UpstreamHttp.Protocol.HTTP1;
        }
        EndpointPool asked =
                target.newStream(
                        endpoint,
                        protocol,
                        false,
                        TransportOptions.of(endpoint, null, downstream, List.of()),
                        this);
        if (!over && sender == null) {
            pool = asked;
        }
    }

    private CircuitBreakers breakers() {
        return target.cluster().breakers(false);
    }

    private ClusterStats stats() {
        return target.cluster().stats();
    }

    @Override
    public MessageReceiver receiver() {
        return this;
    }

    @Override
    public void onStream(
            MessageSender opened, ConnectionRecord its, @Nullable WireProtocol protocol) {
        pool = null;
        if (over) {
            opened.reset(StreamReset.LOCAL_RESET);
            return;
        }
        if (protocol != WireProtocol.HTTP_2 && "POST".equals(request.get(HeaderNames.METHOD))) {
            // Of clusters that a bootstrap does not have, this shows only here.
            over = true;
            opened.reset(StreamReset.LOCAL_RESET);
            owner.onConnectFailed("tunnel_by_post_needs_http2", false);
            return;
        }
        sender = opened;
        connection = its;
        http2 = protocol == WireProtocol.HTTP_2;
        counted = true;
        breakers().requests.increment();
        endpoint.requestBegan();
        endpoint.requestIssued();
        stats().requestsTotal.increment(loop.index());
        stats().requestsActive.add(loop.index(), 1);
        opened.endsConnection();
        opened.sendHeaders(request, false);
    }

    @Override
    public void onFailure(StreamFailure failure, String reason) {
        pool = null;
        if (!over) {
            over = true;
            if (failure != StreamFailure.OVERFLOW) {
                target.cluster().outlier().onLocalFailure(endpoint);
            }
            boolean words = failure == StreamFailure.CONNECT && !reason.isEmpty();
            owner.onConnectFailed(
                    words ? "delayed connect error: " + reason : reason,
                    failure == StreamFailure.OVERFLOW);
        }
    }

    @Override
    public void onHeaders(HeaderMap headers, boolean endStream) {
        int status = StatusLine.parse(String.valueOf(headers.get(HeaderNames.STATUS)));
        if (over || status < 200) {
            return;
        }
        boolean opens = http2 ? status == 200 : status < 300;
        ConnectionRecord its = connection;
        if (!opens || endStream || its == null) {
            receivedAll = endStream;
            refused("tunnel_response:" + status);
            return;
        }
        open = true;
        owner.onConnected(this, its);
    }

    /// No tunnel: the same as a connection that was not made.
    private void refused(String reason) {
        close();
        owner.onConnectFailed(reason, false);
    }

    @Override
    public void onData(ByteBuf data, boolean endStream) {
        if (over) {
            data.release();
            return;
        }
        receivedAll |= endStream;
        if (data.isReadable()) {
            owner.onUpstreamData(data);
        } else {
            data.release();
        }
        if (endStream && !over) {
            owner.onUpstreamEnd();
        }
    }

    /// TCP has no place for them.
    @Override
    public void onTrailers(HeaderMap trailers) {
        receivedAll = true;
        if (!over) {
            owner.onUpstreamEnd();
        }
    }

    @Override
    public void onReset(StreamReset reason) {
        if (over) {
            return;
        }
        over = true;
        uncount();
        if (open) {
            owner.onUpstreamClosed(
                    reason == StreamReset.REMOTE_RESET || reason == StreamReset.REMOTE_REFUSED);
        } else {
            owner.onConnectFailed(null, false);
        }
    }

    @Override
    public void onWritable() {
        if (!over) {
            owner.onUpstreamWritable();
        }
    }

    @Override
    public void send(ByteBuf bytes) {
        MessageSender to = sender;
        if (over || to == null) {
            bytes.release();
        } else {
            to.sendData(bytes, false);
        }
    }

    @Override
    public void endOutput() {
        if (!over && !sentAll && sender != null) {
            sentAll = true;
            sender.sendData(Unpooled.EMPTY_BUFFER, true);
        }
    }

    @Override
    public boolean isWritable() {
        return sender != null && sender.isWritable();
    }

    @Override
    public void pauseReading(boolean pause) {
        if (!over && sender != null) {
            sender.pauseReading(pause);
        }
    }

    @Override
    public void close() {
        if (over) {
            return;
        }
        over = true;
        uncount();
        MessageSender to = sender;
        if (to != null) {
            if (!(sentAll && receivedAll)) {
                to.reset(StreamReset.LOCAL_RESET);
            }
        } else if (pool != null) {
            pool.cancel(this);
        }
    }

    private void uncount() {
        if (!counted) {
            return;
        }
        counted = false;
        breakers().requests.decrement();
        endpoint.requestEnded();
        stats().requestsActive.add(loop.index(), -1);
    }
}
