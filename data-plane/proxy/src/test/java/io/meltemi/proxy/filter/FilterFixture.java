package io.meltemi.proxy.filter;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.filter.testing.FakeFilterContext;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.observe.stats.StatsStore;
import io.meltemi.proxy.observe.stats.TiedStats;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;

/// Makes filters of JSON for tests.
public final class FilterFixture {
    public static final String NAME = "the.filter";

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FakeFilterContext context = new FakeFilterContext();

    public FakeFilterContext context() {
        return context;
    }

    /// The loop of every stream made here.
    public EmbeddedChannel channel() {
        return channel;
    }

    public FakeFilterStream stream() {
        return new FakeFilterStream(channel.eventLoop());
    }

    public static Any any(Message.Builder builder, String json) {
        try {
            JsonFormat.parser().usingTypeRegistry(Extensions.jsonRegistry()).merge(json, builder);
            return Any.pack(builder.build());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    public HttpFilter filter(Message.Builder builder, String json) {
        ConfigPlace at = ConfigPlace.root("");
        HttpFilter filter = HttpFilters.compile(NAME, any(builder, json), at, context.context());
        if (!at.isClean()) {
            throw new AssertionError(at.problems());
        }
        return requireNonNull(filter);
    }

    /// What a filter refuses to be made of.
    public List<String> problems(Message.Builder builder, String json) {
        ConfigPlace at = ConfigPlace.root("");
        HttpFilters.compile(NAME, any(builder, json), at, context.context());
        return at.problems().stream().map(Object::toString).toList();
    }

    public Object perRoute(Message.Builder builder, String json) {
        ConfigPlace at = ConfigPlace.root("");
        Object config =
                new HttpFilters(context.context(), new TiedStats(new StatsStore(1)))
                        .compile(NAME, any(builder, json), at);
        if (!at.isClean()) {
            throw new AssertionError(at.problems());
        }
        return requireNonNull(config);
    }
}
