package io.meltemi.proxy.http.h2;

import io.meltemi.proxy.http.HeaderMap;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// Shows a [HeaderMap] to Netty's HPACK encoder: pseudo fields first, without the fields HTTP/2
/// forbids. Confined to its event loop.
///
/// One per connection serves every block that is encoded at once; a block that has to wait for flow
/// control gets one of its own.
final class OutgoingHeaders extends DefaultHttp2Headers {
    private final Fields fields = new Fields();
    private HeaderMap map = new HeaderMap();

    OutgoingHeaders() {
        super(false, 2);
    }

    OutgoingHeaders over(HeaderMap headers) {
        map = headers;
        return this;
    }

    @Override
    public @Nullable CharSequence status() {
        return map.get(":status");
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return fields.restart();
    }

    @Override
    public int size() {
        return map.size();
    }

    /// Iterator and entry in one, so that walking the fields leaves no garbage.
    private final class Fields
            implements Iterator<Map.Entry<CharSequence, CharSequence>>,
                    Map.Entry<CharSequence, CharSequence> {
        private int at;
        private int next;
        private boolean pseudo;
        private boolean authorityFromHost;

        Fields restart() {
            pseudo = true;
            next = -1;
            authorityFromHost = map.contains(":method") && !map.contains(":authority");
            advance();
            return this;
        }

        private void advance() {
            next++;
            if (pseudo) {
                while (next < map.size() && !isPseudo(next)) {
                    next++;
                }
                if (next < map.size()) {
                    return;
                }
                pseudo = false;
                next = 0;
            }
            while (next < map.size() && ((isPseudo(next) && !isHostAt(next)) || isDropped(next))) {
                next++;
            }
        }

        /// In the first round a host that stands for a missing `:authority` counts as one.
        private boolean isPseudo(int index) {
            return map.name(index).charAt(0) == ':' || isHostAt(index);
        }

        private boolean isHostAt(int index) {
            return authorityFromHost && map.name(index).equals("host");
        }

        private boolean isDropped(int index) {
            String name = map.name(index);
            return FieldRules.isConnectionSpecific(name)
                    || name.equals("host")
                    || (name.equals("te") && !map.value(index).equals("trailers"));
        }

        @Override
        public boolean hasNext() {
            return next < map.size();
        }

        @Override
        public Map.Entry<CharSequence, CharSequence> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("no field after the last");
            }
            at = next;
            advance();
            return this;
        }

        @Override
        public CharSequence getKey() {
            return isHostAt(at) ? ":authority" : map.name(at);
        }

        @Override
        public CharSequence getValue() {
            return map.value(at);
        }

        @Override
        public CharSequence setValue(CharSequence value) {
            throw new UnsupportedOperationException("fields are shown, not changed");
        }
    }
}
