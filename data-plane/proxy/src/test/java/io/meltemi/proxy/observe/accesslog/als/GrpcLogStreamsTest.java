package io.meltemi.proxy.observe.accesslog.als;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TCPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig;
import io.envoyproxy.envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig;
import io.envoyproxy.envoy.service.accesslog.v3.AccessLogServiceGrpc.AccessLogServiceImplBase;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.meltemi.proxy.http.ResponseFlag;
import io.meltemi.proxy.observe.ExchangeLog;
import io.meltemi.proxy.observe.ExchangeRecord;
import io.meltemi.proxy.observe.Exchanges;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.stats.StatsQuery;
import io.meltemi.proxy.observe.stats.StatsStore;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Streams against a service in this process.
final class GrpcLogStreamsTest {
    private static final Node NODE = Node.newBuilder().setId("sidecar~10.0.0.2~a.shop~x").build();

    private final BlockingQueue<StreamAccessLogsMessage> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<StreamObserver<StreamAccessLogsResponse>> streams =
            new LinkedBlockingQueue<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final StatsStore stats = new StatsStore(1);
    private final String name = InProcessServerBuilder.generateName();
    private final ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
    private final GrpcLogStreams logs =
            new GrpcLogStreams(
                    new GrpcClients(_ -> channel, timer, NODE), stats, Map.of("POD", "pod-1"));
    private final Server server =
            InProcessServerBuilder.forName(name).addService(new Recorder()).build();

    @BeforeEach
    void serve() throws Exception {
        server.start();
    }

    @AfterEach
    void end() throws Exception {
        logs.close();
        timer.shutdown();
        assertThat(timer.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        channel.shutdownNow();
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    @Test
    void anExchangeArrivesAsEnvoyWouldSendIt() throws Exception {
        ExchangeLog log = logs.http(http("{}"));
        ExchangeRecord record = Exchanges.answered();
        record.downstream =
                Exchanges.mutualTls("10.0.0.1:1234", "10.0.0.2:15006", "spiffe://p", "spiffe://l");
        record.requestedServerName = "sni.example";
        record.downstreamRemoteAddress = Exchanges.address("192.0.2.9:0");
        record.routeName = "default";
        record.addFlag(ResponseFlag.UPSTREAM_REMOTE_RESET);

        log.write(record);
        logs.flush();
        StreamAccessLogsMessage message = next();

        assertThat(message.getIdentifier().getNode()).isEqualTo(NODE);
        assertThat(message.getIdentifier().getLogName()).isEqualTo("outbound");
        HTTPAccessLogEntry entry = message.getHttpLogs().getLogEntry(0);
        AccessLogCommon.Builder common = AccessLogCommon.newBuilder();
        JsonFormat.parser()
                .merge(
                        """
                        {"downstreamRemoteAddress":{"socketAddress":{"address":"192.0.2.9","portValue":0}},
                         "downstreamDirectRemoteAddress":{"socketAddress":{"address":"10.0.0.1","portValue":1234}},
                         "downstreamLocalAddress":{"socketAddress":{"address":"10.0.0.2","portValue":15006}},
                         "tlsProperties":{"tlsVersion":"TLSv1_3","tlsCipherSuite":4865,"tlsSniHostname":"sni.example",
                           "localCertificateProperties":{"subjectAltName":[{"uri":"spiffe://l"}],"subject":"CN=own"},
                           "peerCertificateProperties":{"subjectAltName":[{"uri":"spiffe://p"}],"subject":"CN=peer"}},
                         "startTime":"2026-11-24T02:30:03.902644Z","timeToLastRxByte":"0.000040s",
                         "timeToFirstUpstreamTxByte":"0.000706s","timeToLastUpstreamTxByte":"0.000710s",
                         "timeToFirstUpstreamRxByte":"0.001200s","timeToLastUpstreamRxByte":"0.001210s",
                         "timeToFirstDownstreamTxByte":"0.001300s","timeToLastDownstreamTxByte":"0.001310s",
                         "duration":"0.001400s",
                         "upstreamRemoteAddress":{"socketAddress":{"address":"127.0.0.1","portValue":18081}},
                         "upstreamLocalAddress":{"socketAddress":{"address":"127.0.0.1","portValue":51052}},
                         "upstreamCluster":"up","responseFlags":{"upstreamRemoteReset":true},"routeName":"default",
                         "streamId":"c519f435-4dff-4bce-9f93-3e77852eb2a3","upstreamRequestAttemptCount":1,
                         "downstreamWireBytesReceived":80,"downstreamWireBytesSent":143,
                         "upstreamWireBytesReceived":130,"upstreamWireBytesSent":196,
                         "accessLogType":"DownstreamEnd"}
                        """,
                        common);
        assertThat(entry.getCommonProperties()).isEqualTo(common.build());
        assertThat(entry.getProtocolVersion()).isEqualTo(HTTPAccessLogEntry.HTTPVersion.HTTP11);
        assertThat(entry.getRequest().getPath()).isEqualTo("/x");
        assertThat(entry.getRequest().getRequestMethod().name()).isEqualTo("GET");
        assertThat(entry.getRequest().getAuthority()).isEqualTo("localhost:18080");
        assertThat(entry.getRequest().getRequestId()).isEqualTo(Exchanges.REQUEST_ID);
        assertThat(entry.getResponse().getResponseCode().getValue()).isEqualTo(200);
        assertThat(entry.getResponse().getResponseCodeDetails()).isEqualTo("via_upstream");
        assertThat(entry.getResponse().getResponseBodyBytes()).isEqualTo(6);
    }

    @Test
    void configuredHeadersAndTagsAreAdded() throws Exception {
        ExchangeLog log =
                logs.http(
                        http(
                                """
                                {"additionalRequestHeadersToLog":["User-Agent","x-none"],
                                 "additionalResponseHeadersToLog":["x-up"],
                                 "commonConfig":{"customTags":[
                                   {"tag":"a","literal":{"value":"b"}},
                                   {"tag":"pod","environment":{"name":"POD"}},
                                   {"tag":"ua","requestHeader":{"name":"user-agent"}},
                                   {"tag":"none","requestHeader":{"name":"x-none"}}]}}
                                """));

        log.write(Exchanges.answered());
        logs.flush();
        HTTPAccessLogEntry entry = next().getHttpLogs().getLogEntry(0);

        assertThat(entry.getRequest().getRequestHeadersMap())
                .isEqualTo(Map.of("user-agent", "curl/7.88.1"));
        assertThat(entry.getResponse().getResponseHeadersMap())
                .isEqualTo(Map.of("x-up", "a\"b\\c"));
        assertThat(entry.getCommonProperties().getCustomTagsMap())
                .isEqualTo(Map.of("a", "b", "pod", "pod-1", "ua", "curl/7.88.1"));
    }

    @Test
    void aConnectionArrivesAsTcpEntry() throws Exception {
        TcpGrpcAccessLogConfig.Builder config = TcpGrpcAccessLogConfig.newBuilder();
        config.setCommonConfig(http("{}").getCommonConfig());
        ExchangeRecord record = new ExchangeRecord(0);
        record.begin(Exchanges.START, 0);
        record.isTcp = true;
        record.bytesReceived = 10;
        record.bytesSent = 20;
        record.requestedServerName = "a.example";

        logs.tcp(config.build()).write(record);
        logs.flush();
        TCPAccessLogEntry entry = next().getTcpLogs().getLogEntry(0);

        assertThat(entry.getConnectionProperties().getReceivedBytes()).isEqualTo(10);
        assertThat(entry.getConnectionProperties().getSentBytes()).isEqualTo(20);
        assertThat(entry.getCommonProperties().getTlsProperties())
                .isEqualTo(TLSProperties.newBuilder().setTlsSniHostname("a.example").build());
    }

    @Test
    void theStreamIsMadeAgainAndSaysAgainWhoItIs() throws Exception {
        ExchangeLog log = logs.http(http("{\"commonConfig\":{\"bufferFlushInterval\":\"0.05s\"}}"));
        log.write(Exchanges.answered());
        next();
        finish(Objects.requireNonNull(streams.poll(5, TimeUnit.SECONDS)));
        Objects.requireNonNull(awaitNewStream(log), "the stream was not opened again within 10 s");

        assertThat(stats.text(StatsQuery.of(false, "logs_dropped")))
                .isEqualTo("access_logs.grpc_access_log.logs_dropped: 0\n");
    }

    private StreamAccessLogsMessage awaitNewStream(ExchangeLog log) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            log.write(Exchanges.answered());
            StreamAccessLogsMessage message = received.poll(100, TimeUnit.MILLISECONDS);
            if (message != null && message.hasIdentifier()) {
                return message;
            }
        }
        throw new AssertionError("no message with an identifier came");
    }

    @Test
    void whatAnUnreachableServiceCannotTakeIsDroppedAndCounted() throws Exception {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        ExchangeLog log = logs.http(http("{}"));
        for (int i = 0; i < 10_000; i++) {
            log.write(Exchanges.answered());
        }

        String dropped = stats.text(StatsQuery.of(true, "logs_dropped"));
        assertThat(dropped).startsWith("access_logs.grpc_access_log.logs_dropped: ");
        int count = Integer.parseInt(dropped.substring(dropped.indexOf(' ') + 1).strip());
        assertThat(count).isBetween(5_000, 9_999);
    }

    @Test
    void aClusterThatComesLaterIsTriedAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        GrpcLogStreams late =
                new GrpcLogStreams(
                        new GrpcClients(
                                cluster -> {
                                    if (asked.getAndIncrement() == 0) {
                                        throw new IllegalStateException("no cluster " + cluster);
                                    }
                                    return channel;
                                },
                                timer,
                                NODE),
                        stats,
                        Map.of());
        late.http(http("{\"commonConfig\":{\"bufferFlushInterval\":\"0.05s\"}}"))
                .write(Exchanges.answered());

        assertThat(next().getHttpLogs().getLogEntryCount()).isEqualTo(1);
        assertThat(asked.get()).isEqualTo(2);
        late.close();
    }

    @Test
    void equalConfigurationsShareAStream() throws Exception {
        logs.http(http("{}")).write(Exchanges.answered());
        logs.http(http("{}")).write(Exchanges.direct());
        logs.flush();

        assertThat(next().getHttpLogs().getLogEntryCount()).isEqualTo(2);
    }

    @Test
    void whatIsNotSupportedIsRefusedByItsPath() {
        assertThatThrownBy(() ->
                        logs.http(
                                http(
                                        "{\"commonConfig\":{\"grpcService\":{\"googleGrpc\":{\"targetUri\":\"x\"}}}}")))
                .hasMessageContaining("common_config.grpc_service")
                .hasMessageContaining("GOOGLE_GRPC");
        assertThatThrownBy(() -> logs.http(HttpGrpcAccessLogConfig.getDefaultInstance()))
                .hasMessageContaining("log_name");
    }

    private static HttpGrpcAccessLogConfig http(String json) throws Exception {
        HttpGrpcAccessLogConfig.Builder config = HttpGrpcAccessLogConfig.newBuilder();
        JsonFormat.parser().merge(json, config);
        config.getCommonConfigBuilder().setLogName("outbound");
        if (!config.getCommonConfig().hasGrpcService()) {
            config.getCommonConfigBuilder()
                    .getGrpcServiceBuilder()
                    .getEnvoyGrpcBuilder()
                    .setClusterName("als");
        }
        return config.build();
    }

    private StreamAccessLogsMessage next() throws InterruptedException {
        return Objects.requireNonNull(received.poll(10, TimeUnit.SECONDS), "nothing came in 10 s");
    }

    /// gRPC wants one response before the end of a call that only the client streams.
    private static void finish(StreamObserver<StreamAccessLogsResponse> responses) {
        responses.onNext(StreamAccessLogsResponse.getDefaultInstance());
        responses.onCompleted();
    }

    /// The service: keeps what comes.
    private final class Recorder extends AccessLogServiceImplBase {
        @Override
        public StreamObserver<StreamAccessLogsMessage> streamAccessLogs(
                StreamObserver<StreamAccessLogsResponse> responses) {
            streams.add(responses);
            return new StreamObserver<>() {
                @Override
                public void onNext(StreamAccessLogsMessage message) {
                    received.add(message);
                }

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {
                    finish(responses);
                }
            };
        }
    }
}
