package io.meltemi.proxy.listener;

import io.meltemi.proxy.loop.Timer;
import io.meltemi.proxy.loop.WorkerLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/// `listener_filters_timeout`: how long an inspector may wait for bytes. Confined to the event loop
/// of the connection.
@SuppressWarnings("FutureReturnValueIgnored") // closing is heard by the close future
final class InspectionLimit {
    private InspectionLimit() {}

    /// @param instead what happens when the time is over and the listener goes on all the same
    static void arm(
            ListenerPort port, Channel channel, ChannelHandler inspector, Runnable instead) {
        ListenerSettings settings = port.settings();
        if (settings.inspectNanos() == 0) {
            return;
        }
        WorkerLoop loop = port.loop();
        Timer timer =
                new Timer(_ -> {
                    if (channel.pipeline().context(inspector) != null) {
                        port.stats().inspectTimeout.increment(loop.index());
                        if (port.settings().continueWithoutInspection()) {
                            instead.run();
                            channel.pipeline().remove(inspector);
                        } else {
                            channel.close();
                        }
                    }
                });
        loop.timers().arm(timer, settings.inspectNanos());
        channel.closeFuture().addListener(_ -> loop.timers().cancel(timer));
    }
}
