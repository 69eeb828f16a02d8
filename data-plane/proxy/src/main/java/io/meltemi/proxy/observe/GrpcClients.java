package io.meltemi.proxy.observe;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Channel;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/// What streams of logs and traces are sent with. Immutable.
///
/// @param channels the channel of a cluster, by its name; the caller owns and closes it
/// @param timer one thread: batches are built and sent there, never on an event loop
/// @param node who we are
public record GrpcClients(
        Function<String, Channel> channels, ScheduledExecutorService timer, Node node) {}
