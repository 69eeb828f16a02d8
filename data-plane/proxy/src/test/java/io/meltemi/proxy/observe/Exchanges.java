package io.meltemi.proxy.observe;

import io.meltemi.proxy.http.HeaderMap;
import java.net.InetSocketAddress;

/// Records of exchanges as the data path would have filled them. Immutable.
public final class Exchanges {
    /// 2026-11-24T02:30:03.902644Z: the request whose lines were asked of Envoy 1.40.
    public static final long START = 1_795_487_403_902_644_000L;

    public static final String REQUEST_ID = "c519f435-4dff-4bce-9f93-3e77852eb2a3";

    private Exchanges() {}

    /// `curl localhost:18080/x`, answered by an upstream after 1 ms.
    public static ExchangeRecord answered() {
        ExchangeRecord record = new ExchangeRecord(0);
        record.begin(START, 1_000);
        record.protocol = WireProtocol.HTTP_1_1;
        record.requestHeaders = request();
        record.responseHeaders = new HeaderMap();
        record.responseHeaders.add(":status", "200");
        record.responseHeaders.add("x-up", "a\"b\\c");
        record.responseHeaders.add("x-envoy-upstream-service-time", "0");
        record.downstream = connection("127.0.0.1:50892", "127.0.0.1:18080", 0);
        record.requestReceivedNanos = 40_000;
        record.upstreamFirstSentNanos = 706_000;
        record.upstreamLastSentNanos = 710_000;
        record.upstreamFirstReceivedNanos = 1_200_000;
        record.upstreamLastReceivedNanos = 1_210_000;
        record.downstreamFirstSentNanos = 1_300_000;
        record.downstreamLastSentNanos = 1_310_000;
        record.endNanos = 1_400_000;
        record.upstreamProtocol = WireProtocol.HTTP_1_1;
        record.upstreamCluster = "up";
        record.upstreamHost = address("127.0.0.1:18081");
        record.upstream = connection("127.0.0.1:18081", "127.0.0.1:51052", 1);
        record.upstreamAttempts = 1;
        record.responseCode = 200;
        record.responseCodeDetails = "via_upstream";
        record.bytesSent = 6;
        record.downstreamWireBytesReceived = 80;
        record.downstreamWireBytesSent = 143;
        record.upstreamWireBytesSent = 196;
        record.upstreamWireBytesReceived = 130;
        return record;
    }

    /// Answered by the route itself, with 403.
    public static ExchangeRecord direct() {
        ExchangeRecord record = new ExchangeRecord(0);
        record.begin(START, 1_000);
        record.protocol = WireProtocol.HTTP_1_1;
        record.requestHeaders = request();
        record.requestHeaders.set(":path", "/direct");
        record.downstream = connection("127.0.0.1:50928", "127.0.0.1:18080", 5);
        record.requestReceivedNanos = 10_000;
        record.endNanos = 100_000;
        record.responseCode = 403;
        record.responseCodeDetails = "direct_response";
        record.routeName = "dr";
        record.bytesSent = 2;
        return record;
    }

    private static HeaderMap request() {
        HeaderMap headers = new HeaderMap();
        headers.add(":method", "GET");
        headers.add(":path", "/x");
        headers.add(":authority", "localhost:18080");
        headers.add(":scheme", "http");
        headers.add("user-agent", "curl/7.88.1");
        headers.add("x-request-id", REQUEST_ID);
        return headers;
    }

    public static ConnectionRecord connection(String remote, String local, long id) {
        return new ConnectionRecord(id, address(remote), address(local), address(local), null);
    }

    public static ConnectionRecord mutualTls(String remote, String local, String peer, String own) {
        return new ConnectionRecord(
                7,
                address(remote),
                address(local),
                address(local),
                new ConnectionRecord.Tls(
                        "TLSv1.3",
                        "TLS_AES_128_GCM_SHA256",
                        peer,
                        "CN=peer",
                        own,
                        "CN=own",
                        "01",
                        true,
                        null));
    }

    public static AddressText address(String hostPort) {
        int colon = hostPort.lastIndexOf(':');
        String host = hostPort.substring(0, colon).replace("[", "").replace("]", "");
        int port = Integer.parseInt(hostPort.substring(colon + 1));
        return AddressText.of(new InetSocketAddress(host, port));
    }
}
