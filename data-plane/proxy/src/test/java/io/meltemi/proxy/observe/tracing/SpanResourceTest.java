package io.meltemi.proxy.observe.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.core.v3.HttpService;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.DynatraceResourceDetectorConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.EnvironmentResourceDetectorConfig;
import io.envoyproxy.envoy.extensions.tracers.opentelemetry.resource_detectors.v3.StaticConfigResourceDetectorConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpanResourceTest {
    @Test
    void laterDetectorsWinAndMalformedPairsAreLeftOut() {
        OpenTelemetryConfig config =
                with(
                        EnvironmentResourceDetectorConfig.getDefaultInstance(),
                        StaticConfigResourceDetectorConfig.newBuilder()
                                .putAttributes("b", "static")
                                .putAttributes("empty", "")
                                .build());

        assertThat(of(config, "a=1,b=2,c,d=,=e,f=g=h,service.name=mine"))
                .containsEntry("a", "1")
                .containsEntry("b", "static")
                .containsEntry("service.name", "mine")
                .doesNotContainKeys("c", "d", "", "f", "empty");
    }

    @Test
    void withoutDetectorsTheServiceHasItsNameOrNone() {
        assertThat(of(OpenTelemetryConfig.getDefaultInstance(), "a=1"))
                .containsEntry("service.name", "unknown_service:envoy")
                .doesNotContainKey("a");
    }

    @Test
    void whatIsNotSupportedIsNamedByItsPath() {
        assertThatThrownBy(() -> of(with(DynatraceResourceDetectorConfig.getDefaultInstance()), ""))
                .hasMessageContaining("resource_detectors[0]")
                .hasMessageContaining("DynatraceResourceDetectorConfig");
    }

    @Test
    void anHttpServiceWithoutWhatItNeedsIsRefusedByPath() {
        HttpService.Builder service = HttpService.newBuilder();
        refused(service, "http_uri.uri");
        service.getHttpUriBuilder().setUri("http://a/b");
        refused(service, "http_uri.cluster");
        service.getHttpUriBuilder().setCluster("c");
        refused(service, "http_uri.timeout");
        service.getHttpUriBuilder().getTimeoutBuilder().setSeconds(1);

        assertThat(HttpSpanSink.Target.of(service.build()))
                .isEqualTo(new HttpSpanSink.Target("c", "a", "/b", 1_000_000_000L, Map.of()));

        service.addRequestHeadersToAddBuilder().getHeaderBuilder().setKey("x").setValue("%REQ(y)%");
        refused(service, "request_headers_to_add");
    }

    private static void refused(HttpService.Builder service, String path) {
        assertThatThrownBy(() -> HttpSpanSink.Target.of(service.build()))
                .hasMessageContaining("http_service." + path);
    }

    private static OpenTelemetryConfig with(Message... detectors) {
        OpenTelemetryConfig.Builder config = OpenTelemetryConfig.newBuilder();
        for (Message detector : detectors) {
            config.addResourceDetectorsBuilder().setTypedConfig(Any.pack(detector));
        }
        return config.build();
    }

    private static Map<String, String> of(OpenTelemetryConfig config, String environment) {
        Map<String, String> attributes = new LinkedHashMap<>();
        SpanResource.of(config, Map.of("OTEL_RESOURCE_ATTRIBUTES", environment))
                .getAttributesList()
                .forEach(each -> attributes.put(each.getKey(), each.getValue().getStringValue()));
        return attributes;
    }
}
