package io.meltemi.proxy.filter.network.directresponse;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.filters.network.direct_response.v3.Config;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.filter.TypedConfig;
import io.meltemi.proxy.filter.network.NetworkFilterContext;
import io.meltemi.proxy.filter.network.TerminalFilter;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Says one text to every client and closes. Immutable: pure functions.
@SuppressWarnings("FutureReturnValueIgnored") // closed either way
public final class DirectResponse {
    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .supports(Config.getDescriptor(), "response")
                    .supports(DataSource.getDescriptor(), "inline_string inline_bytes")
                    .build();

    private DirectResponse() {}

    /// @return null when the configuration was refused at `at`
    public static @Nullable TerminalFilter compile(
            Any config, ConfigPlace at, NetworkFilterContext context) {
        Config opened = TypedConfig.open(config, Config.getDefaultInstance(), FIELDS, at);
        if (opened == null) {
            return null;
        }
        DataSource response = opened.getResponse();
        byte[] bytes =
                response.hasInlineString()
                        ? response.getInlineString().getBytes(StandardCharsets.UTF_8)
                        : response.getInlineBytes().toByteArray();
        return channel ->
                channel.writeAndFlush(Unpooled.wrappedBuffer(bytes))
                        .addListener(ChannelFutureListener.CLOSE);
    }
}
