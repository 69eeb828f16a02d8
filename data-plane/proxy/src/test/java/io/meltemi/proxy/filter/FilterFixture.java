package io.meltemi.proxy.filter;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.Node;
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
        return Any.pack(read(builder, json));
    }

    private static Message read(Message.Builder builder, String json) {
        try {
            JsonFormat.parser().usingTypeRegistry(Extensions.jsonRegistry()).merge(json, builder);
            return builder.build();
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /// A node of JSON.
    public static Node node(String json) {
        return (Node) read(Node.newBuilder(), json);
    }

    /// A struct of JSON.
    public static Struct struct(String json) {
        return (Struct) read(Struct.newBuilder(), json);
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
