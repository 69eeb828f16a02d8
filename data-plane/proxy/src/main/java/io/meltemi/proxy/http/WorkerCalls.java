package io.meltemi.proxy.http;

import io.meltemi.proxy.filter.UpstreamCall;
import io.meltemi.proxy.loop.WorkerLoop;
import io.meltemi.proxy.upstream.WorkerClusters;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/// Requests of the proxy's own that belong to no exchange, from one worker: to a collector of
/// traces, for one. Confined to its event loop.
public final class WorkerCalls {
    private final WorkerLoop loop;
    private final WorkerClusters clusters;
    private @Nullable String ownAddress;

    public WorkerCalls(WorkerLoop loop, WorkerClusters clusters) {
        this.loop = loop;
        this.clusters = clusters;
    }

    /// Where the requests begin and are answered.
    public WorkerLoop loop() {
        return loop;
    }

    /// Whether there is a cluster of this name now.
    public boolean hasCluster(String name) {
        return clusters.get(name) != null;
    }

    /// Begins a request with the headers Envoy's asynchronous client adds; null when the cluster
    /// takes none or is not there, and the callback is not called.
    ///
    /// @param timeoutNanos 0: none
    public @Nullable UpstreamCall begin(
            String cluster,
            HeaderMap request,
            byte[] body,
            long timeoutNanos,
            UpstreamCall.Callback callback) {
        request.set(HeaderNames.X_ENVOY_INTERNAL, "true");
        RequestHeaders.appendForwardedFor(request, ownAddress());
        if (timeoutNanos > 0) {
            request.set(
                    HeaderNames.X_ENVOY_EXPECTED_RQ_TIMEOUT_MS,
                    Long.toString(timeoutNanos / 1_000_000));
        }
        return SideCalls.begin(loop, clusters, cluster, request, body, timeoutNanos, callback);
    }

    /// The address this proxy goes by: the first IPv4 address of an interface that is no loopback,
    /// else 127.0.0.1 (Envoy's `LocalInfo`). Of the network namespace this worker is in, so it is
    /// asked for here, once.
    public String ownAddress() {
        String known = ownAddress;
        if (known == null) {
            known = firstAddress();
            ownAddress = known;
        }
        return known;
    }

    private static String firstAddress() {
        try {
            Enumeration<NetworkInterface> all = NetworkInterface.getNetworkInterfaces();
            while (all.hasMoreElements()) {
                Enumeration<InetAddress> addresses = all.nextElement().getInetAddresses();
                while (addresses.hasMoreElements()) {
                    InetAddress address = addresses.nextElement();
                    if (address instanceof Inet4Address && !address.isLoopbackAddress()) {
                        return address.getHostAddress();
                    }
                }
            }
        } catch (SocketException _) {
            // as if there were none
        }
        return "127.0.0.1";
    }
}
