package io.meltemi.proxy.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.envoyproxy.envoy.config.bootstrap.v3.LayeredRuntime;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.metrics.v3.StatsConfig;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.overload.monitor.FixedHeap;
import io.meltemi.proxy.overload.monitor.HostCpu;
import io.meltemi.proxy.overload.monitor.InjectedResource;
import io.meltemi.proxy.runtime.RuntimeLayers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is measured, and what is not.
final class ResourceMonitorsTest {
    @TempDir private Path folder;

    @Test
    void heapIsAShareOfTheBytesGiven() {
        System.gc();

        double ofOne = new FixedHeap(1).pressure();
        double ofMuch = new FixedHeap(1L << 50).pressure();

        assertThat(ofOne).isGreaterThan(1 << 20);
        assertThat(ofMuch).isBetween(0.0, 0.001);
    }

    @Test
    void processorTimeIsSmoothed() throws Exception {
        Path times = Files.writeString(folder.resolve("stat"), "cpu  100 0 0 100 7 7\ncpu0 1 1\n");
        HostCpu cpu = new HostCpu(times);

        Files.writeString(times, "cpu  160 10 10 120 9 9\n");

        assertThat(cpu.pressure()).isEqualTo(0.05 * 0.8, within(1e-9));
        assertThatThrownBy(cpu::pressure).hasMessageContaining("no processor time");
        Files.writeString(times, "nonsense\n");
        assertThatThrownBy(cpu::pressure).isInstanceOf(IOException.class);
    }

    @Test
    void aFileMustHoldANumberFromZeroToOne() throws Exception {
        Path file = folder.resolve("pressure");
        for (String wrong : new String[] {"1.5", "-0.1", "NaN", "x", ""}) {
            Files.writeString(file, wrong);
            assertThatThrownBy(new InjectedResource(file)::pressure)
                    .isInstanceOf(IOException.class);
        }
        Files.writeString(file, "0.5\n");
        assertThat(new InjectedResource(file).pressure()).isEqualTo(0.5);
    }

    @Test
    void theRuntimeLimitsConnectionsWhereNoMonitorDoes() {
        var layer = RuntimeLayer.newBuilder().setName("fixed");
        layer.getStaticLayerBuilder()
                .putFields(
                        "overload.global_downstream_max_connections",
                        com.google.protobuf.Value.newBuilder().setNumberValue(1).build());
        var layers =
                new RuntimeLayers(
                        LayeredRuntime.newBuilder().addLayers(layer).build(), ConfigPlace.root(""));
        var stats = new StatsStore(1, StatsConfig.getDefaultInstance(), 100);
        var connections = new GlobalConnections(0, layers, stats);

        assertThat(connections.begin(false)).isTrue();
        assertThat(connections.begin(false)).isFalse();
        assertThat(connections.begin(true)).isTrue();
        connections.end();
        connections.end();
        assertThat(connections.begin(false)).isTrue();
    }
}
