package io.meltemi.proxy.config;

import com.github.xds.core.v3.CidrRange;
import com.github.xds.core.v3.TypedExtensionConfig;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.ApplicationProtocolInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DestinationIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DestinationPortInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.DirectSourceIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.ServerNameInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourceIPInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourcePortInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.SourceTypeInput;
import io.envoyproxy.envoy.extensions.matching.common_inputs.network.v3.TransportProtocolInput;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.match.MatchTreeCompiler;
import io.meltemi.proxy.decide.match.MatchTree;
import io.meltemi.proxy.listener.ChainChoice;
import io.meltemi.proxy.listener.ConnectionFacts;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.xds.message.Anys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compiles a listener's `filter_chain_matcher`. Immutable.
final class ChainTreeCompiler implements MatchTreeCompiler.Meaning<ConnectionFacts, String> {
    /// A text of a connection, by the message that asks for it.
    private record Known(Class<? extends Message> type, MatchTree.Input<ConnectionFacts> input) {}

    /// Envoy: what is empty is not there.
    private static final List<Known> TEXTS =
            List.of(
                    new Known(DestinationIPInput.class, of(ConnectionFacts::destination)),
                    new Known(SourceIPInput.class, of(ConnectionFacts::source)),
                    new Known(DirectSourceIPInput.class, of(ConnectionFacts::directSource)),
                    new Known(
                            DestinationPortInput.class,
                            facts -> Integer.toString(facts.destination().getPort())),
                    new Known(
                            SourcePortInput.class,
                            facts -> Integer.toString(facts.source().getPort())),
                    new Known(SourceTypeInput.class, facts -> facts.isFromHere() ? "local" : null),
                    new Known(ServerNameInput.class, facts -> orNull(facts.serverName())),
                    new Known(
                            TransportProtocolInput.class,
                            facts -> orNull(facts.transportProtocol())),
                    new Known(
                            ApplicationProtocolInput.class,
                            facts -> quoted(facts.applicationProtocols())));

    private static MatchTree.Input<ConnectionFacts> of(
            Function<ConnectionFacts, InetSocketAddress> address) {
        return facts -> {
            InetSocketAddress found = address.apply(facts);
            return found.getAddress() == null ? null : AddressText.of(found).ip();
        };
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static @Nullable String quoted(List<String> protocols) {
        return protocols.isEmpty() ? null : "'" + String.join("','", protocols) + "'";
    }

    /// How a listener that has one finds chains. What is wrong is refused below `at`, the
    /// listener's place.
    ///
    /// Envoy: with a matcher, what chains say of themselves is not looked at.
    static ChainChoice compile(Listener proto, ConfigPlace at) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < proto.getFilterChainsCount(); i++) {
            var chain = proto.getFilterChains(i);
            ConfigPlace place = at.element("filter_chains", i);
            if (chain.getName().isEmpty() || !names.add(chain.getName())) {
                place.field("name")
                        .refuse(
                                "'"
                                        + chain.getName()
                                        + "' is empty or used twice, and filter_chain_matcher"
                                        + " finds chains by their names");
            }
        }
        var tree =
                new MatchTreeCompiler<>(new ChainTreeCompiler())
                        .compile(proto.getFilterChainMatcher(), at.field("filter_chain_matcher"));
        return new ChainChoice.ByTree(tree);
    }

    @Override
    public MatchTree.@Nullable AddressRange range(CidrRange proto, ConfigPlace at) {
        int bits = proto.getPrefixLen().getValue();
        InetAddress network = AddressCompiler.network(proto.getAddressPrefix(), bits, at);
        return network == null
                ? null
                : new io.meltemi.proxy.listener.CidrRange(network, bits)::contains;
    }

    @Override
    public MatchTree.@Nullable Input<ConnectionFacts> text(
            TypedExtensionConfig input, ConfigPlace at) {
        for (Known known : TEXTS) {
            if (Anys.is(input.getTypedConfig(), known.type)) {
                return known.input;
            }
        }
        refuse(input, at);
        return null;
    }

    private static void refuse(TypedExtensionConfig input, ConfigPlace at) {
        at.field("typed_config")
                .refuse(
                        "'"
                                + input.getTypedConfig().getTypeUrl()
                                + "' is nothing this proxy looks at in a connection");
    }

    @Override
    public MatchTree.@Nullable AddressInput<ConnectionFacts> address(
            TypedExtensionConfig input, ConfigPlace at) {
        Any config = input.getTypedConfig();
        if (Anys.is(config, DestinationIPInput.class)) {
            return facts -> facts.destination().getAddress();
        }
        if (Anys.is(config, SourceIPInput.class)) {
            return facts -> facts.source().getAddress();
        }
        if (Anys.is(config, DirectSourceIPInput.class)) {
            return facts -> facts.directSource().getAddress();
        }
        refuse(input, at);
        return null;
    }

    @Override
    public @Nullable String action(Any action, ConfigPlace at) {
        try {
            return Anys.unpack(action, StringValue.class).getValue();
        } catch (InvalidProtocolBufferException e) {
            at.refuse("is no StringValue with a chain's name: " + e.getMessage());
            return null;
        }
    }
}
