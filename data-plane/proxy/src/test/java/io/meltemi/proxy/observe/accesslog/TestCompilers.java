package io.meltemi.proxy.observe.accesslog;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import io.meltemi.proxy.observe.GrpcClients;
import io.meltemi.proxy.observe.accesslog.als.GrpcLogStreams;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.runtime.RuntimeKeys;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;

/// Access log compilers for tests. Immutable.
public final class TestCompilers {
    private TestCompilers() {}

    /// For file logs: there is no cluster to stream to.
    public static AccessLogCompiler files(FileWriter files) {
        Function<String, Channel> none =
                cluster -> {
                    throw new IllegalStateException("no cluster " + cluster);
                };
        return new AccessLogCompiler(
                files,
                new GrpcLogStreams(
                        new GrpcClients(
                                none,
                                new ScheduledThreadPoolExecutor(0),
                                Node.getDefaultInstance()),
                        new StatsStore(1),
                        Map.of()),
                "vm",
                RuntimeKeys.NONE);
    }
}
