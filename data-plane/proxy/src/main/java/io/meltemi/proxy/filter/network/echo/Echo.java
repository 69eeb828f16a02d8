package io.meltemi.proxy.filter.network.echo;

import com.google.protobuf.Any;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.filter.network.TerminalFilter;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/// Sends back whatever comes. Confined to its event loop.
@SuppressWarnings("FutureReturnValueIgnored") // failed writes end in channelInactive
public final class Echo extends ChannelInboundHandlerAdapter {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(
                            io.envoyproxy.envoy.extensions.filters.network.echo.v3.Echo
                                    .getDescriptor(),
                            "")
                    .build();

    private Echo() {}

    /// @return null when the configuration was refused at `at`
    public static @Nullable TerminalFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        var opened =
                TypedConfig.open(
                        config,
                        io.envoyproxy.envoy.extensions.filters.network.echo.v3.Echo
                                .getDefaultInstance(),
                        FIELDS,
                        at);
        return opened == null ? null : Echo::take;
    }

    private static void take(Channel channel) {
        channel.pipeline().addLast(new Echo());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.write(message);
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
