package io.meltemi.mixer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.data.accesslog.v3.AccessLogCommon;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPAccessLogEntry;
import io.envoyproxy.envoy.data.accesslog.v3.HTTPResponseProperties;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.data.accesslog.v3.TLSProperties;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsMessage;
import io.envoyproxy.envoy.service.accesslog.v3.StreamAccessLogsResponse;
import io.grpc.stub.StreamObserver;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.model.service.Endpoint;
import io.meltemi.model.service.Hostname;
import io.meltemi.model.service.Locality;
import io.meltemi.model.service.Protocol;
import io.meltemi.model.service.Service;
import io.meltemi.model.service.ServicePort;
import io.meltemi.model.service.Workload;
import io.meltemi.model.snapshot.ServiceSnapshot;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AccessLogAdapterTest {
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final AccessLogAdapter adapter = new AccessLogAdapter(new StandardMetrics(registry));

    @BeforeEach
    void twoWorkloadsAreKnown() {
        TreeMap<Hostname, ServiceSnapshot.Entry> services = new TreeMap<>();
        put(services, "product", "10.77.0.2");
        put(services, "invoice", "10.77.0.3");
        adapter.services(new ServiceSnapshot(1, services));
    }

    @Test
    void theSourceNamesBothSidesByAddress() throws Exception {
        send("outbound", "10.77.0.2", outbound("10.77.0.3", ResponseFlags.getDefaultInstance()));

        assertThat(requests())
                .contains("reporter=\"source\"")
                .contains("source_workload=\"product-1\"")
                .contains("destination_workload=\"invoice-1\"")
                .contains("destination_service=\"invoice.shop.svc.cluster.local\"")
                .contains("destination_service_name=\"invoice\"")
                .contains("response_code=\"200\"")
                .contains("response_flags=\"-\"")
                .endsWith("} 1.0");
    }

    @Test
    void whoWasMeantIsKnownWhenTheProxyAnsweredByItself() throws Exception {
        HTTPAccessLogEntry entry =
                HTTPAccessLogEntry.newBuilder()
                        .setCommonProperties(
                                AccessLogCommon.newBuilder()
                                        .setResponseFlags(
                                                ResponseFlags.newBuilder().setFaultInjected(true))
                                        .putCustomTags(
                                                "destination_service",
                                                "invoice.shop.svc.cluster.local"))
                        .build();

        send("outbound", "10.77.0.2", entry);

        assertThat(requests())
                .contains("response_flags=\"FI\"")
                .contains("destination_service_name=\"invoice\"");
    }

    @Test
    void attemptsAfterTheFirstAreCountedBesideTheRequest() throws Exception {
        HTTPAccessLogEntry.Builder entry =
                outbound("10.77.0.3", ResponseFlags.getDefaultInstance()).toBuilder();
        entry.getCommonPropertiesBuilder().setUpstreamRequestAttemptCount(3);

        send("outbound", "10.77.0.2", entry.build());

        assertThat(requests()).endsWith("} 1.0");
        assertThat(series("meltemi_request_retries_total")).endsWith("} 2.0");
    }

    @Test
    void theDestinationProvesItsCallerByCertificate() throws Exception {
        send(
                "inbound",
                "10.77.0.3",
                inbound("10.77.0.2", "spiffe://cluster.local/ns/shop/sa/product"));

        assertThat(requests())
                .contains("reporter=\"destination\"")
                .contains("connection_security_policy=\"mutual_tls\"")
                .contains("source_principal=\"spiffe://cluster.local/ns/shop/sa/product\"")
                .contains("source_workload=\"product-1\"")
                .contains("destination_service_name=\"invoice\"");
    }

    @Test
    void aCertificateWinsOverAnAddressThatContradictsIt() throws Exception {
        send(
                "inbound",
                "10.77.0.3",
                inbound("10.77.0.2", "spiffe://cluster.local/ns/shop/sa/other"));

        assertThat(requests())
                .contains("source_workload=\"unknown\"")
                .contains("source_principal=\"spiffe://cluster.local/ns/shop/sa/other\"");
    }

    @Test
    void aLocalReplyHasNoDestinationWorkload() throws Exception {
        send(
                "outbound",
                "10.77.0.2",
                outbound("", ResponseFlags.newBuilder().setFaultInjected(true).build()));

        assertThat(requests())
                .contains("destination_workload=\"unknown\"")
                .contains("response_flags=\"FI\"");
    }

    @Test
    void logsOfOtherNamesAreNotCounted() throws Exception {
        send("mine", "10.77.0.2", outbound("10.77.0.3", ResponseFlags.getDefaultInstance()));

        assertThat(requests()).isEmpty();
    }

    private void send(String logName, String proxyAddress, HTTPAccessLogEntry entry) {
        StreamObserver<StreamAccessLogsMessage> stream =
                adapter.streamAccessLogs(new NoResponses());
        stream.onNext(
                StreamAccessLogsMessage.newBuilder()
                        .setIdentifier(
                                StreamAccessLogsMessage.Identifier.newBuilder()
                                        .setLogName(logName)
                                        .setNode(
                                                Node.newBuilder()
                                                        .setId(
                                                                "sidecar~"
                                                                        + proxyAddress
                                                                        + "~a.shop~x")))
                        .setHttpLogs(
                                StreamAccessLogsMessage.HTTPAccessLogEntries.newBuilder()
                                        .addLogEntry(entry))
                        .build());
        stream.onCompleted();
    }

    private static HTTPAccessLogEntry outbound(String upstream, ResponseFlags flags) {
        return HTTPAccessLogEntry.newBuilder()
                .setCommonProperties(
                        AccessLogCommon.newBuilder()
                                .setUpstreamRemoteAddress(address(upstream))
                                .setResponseFlags(flags)
                                .setUpstreamCluster(
                                        "outbound|80|v1|invoice.shop.svc.cluster.local"))
                .setResponse(
                        HTTPResponseProperties.newBuilder().setResponseCode(UInt32Value.of(200)))
                .build();
    }

    private static HTTPAccessLogEntry inbound(String caller, String uri) {
        return HTTPAccessLogEntry.newBuilder()
                .setCommonProperties(
                        AccessLogCommon.newBuilder()
                                .setDownstreamDirectRemoteAddress(address(caller))
                                .setUpstreamCluster("inbound|8080||")
                                .setTlsProperties(
                                        TLSProperties.newBuilder()
                                                .setPeerCertificateProperties(
                                                        TLSProperties.CertificateProperties
                                                                .newBuilder()
                                                                .addSubjectAltName(
                                                                        TLSProperties
                                                                                .CertificateProperties
                                                                                .SubjectAltName
                                                                                .newBuilder()
                                                                                .setUri(uri)))))
                .setResponse(
                        HTTPResponseProperties.newBuilder().setResponseCode(UInt32Value.of(200)))
                .build();
    }

    private static Address address(String ip) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(8080))
                .build();
    }

    private static void put(
            Map<Hostname, ServiceSnapshot.Entry> services, String name, String address) {
        Hostname hostname = new Hostname(name + ".shop.svc.cluster.local");
        Workload workload =
                new Workload(
                        name + "-1",
                        "shop",
                        name,
                        "v1",
                        Map.of(),
                        new SpiffeId(TrustDomain.CLUSTER_LOCAL, "shop", name),
                        address,
                        Locality.NONE);
        services.put(
                hostname,
                new ServiceSnapshot.Entry(
                        new Service(
                                hostname,
                                name,
                                "shop",
                                List.of(new ServicePort("http", 80, Protocol.HTTP)),
                                Optional.empty(),
                                false),
                        List.of(
                                new Endpoint(
                                        workload,
                                        Map.of("http", 8080),
                                        1,
                                        Endpoint.Health.HEALTHY,
                                        true))));
    }

    private String requests() throws Exception {
        return series("istio_requests_total");
    }

    /// The lines of one metric, one after the other.
    private String series(String name) throws Exception {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create().write(text, registry.scrape());
        return text.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(l -> l.startsWith(name + "{"))
                .reduce("", (a, b) -> a + b);
    }

    private static final class NoResponses implements StreamObserver<StreamAccessLogsResponse> {
        @Override
        public void onNext(StreamAccessLogsResponse response) {
            // One empty answer at the end is what gRPC wants.
        }

        @Override
        public void onError(Throwable error) {
            throw new AssertionError(error);
        }

        @Override
        public void onCompleted() {}
    }
}
