package io.meltemi.proxy;

import io.meltemi.base.time.Ticker;
import io.meltemi.proxy.http.Draining;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.function.Function;

/// What a proxy is given by the process it runs in. Immutable.
///
/// @param eventLoops one worker for each of its loops; the group stays its owner's
/// @param workers how many loops of the group to use; at least 1
/// @param channels makes the gRPC channels of a bootstrap's clusters; closed with the proxy
/// @param socketMark SO_MARK on every upstream socket, 0 for none; 1337 in pods
/// @param allowUnknownDynamicFields whether fields of dynamic resources that this proxy does not
///   know are let pass, as Envoy's flag of that name does
/// @param logFlush how long a line of an access log file waits to be written at most, as Envoy's
///   `--file-flush-interval-msec`
/// @param drainTime what connections have left when their listener or filter chain goes
public record ProxyEnvironment(
        EventLoopGroup eventLoops,
        int workers,
        Ticker ticker,
        Function<io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap, GrpcChannels> channels,
        int socketMark,
        boolean allowUnknownDynamicFields,
        Duration logFlush,
        Draining.Time drainTime) {
    public static final Duration DEFAULT_LOG_FLUSH = Duration.ofSeconds(1);

    public ProxyEnvironment {
        if (workers < 1) {
            throw new IllegalArgumentException("a proxy needs a worker, got " + workers);
        }
    }

    /// The usual environment: channels that dial static clusters, no mark.
    public static ProxyEnvironment of(EventLoopGroup eventLoops, int workers) {
        return new ProxyEnvironment(
                eventLoops,
                workers,
                Ticker.SYSTEM,
                bootstrap -> new StaticGrpcChannels(bootstrap, eventLoops, 0),
                0,
                false,
                DEFAULT_LOG_FLUSH,
                Draining.Time.DEFAULT);
    }

    /// The same with log files written more or less often.
    public ProxyEnvironment flushingLogs(Duration every) {
        return new ProxyEnvironment(
                eventLoops,
                workers,
                ticker,
                channels,
                socketMark,
                allowUnknownDynamicFields,
                every,
                drainTime);
    }

    /// The same with another drain time.
    public ProxyEnvironment draining(Draining.Time time) {
        return new ProxyEnvironment(
                eventLoops,
                workers,
                ticker,
                channels,
                socketMark,
                allowUnknownDynamicFields,
                logFlush,
                time);
    }
}
