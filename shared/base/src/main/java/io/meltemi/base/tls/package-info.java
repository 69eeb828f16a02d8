/// What TLS asks at each handshake, so that keys and roots can be replaced while ports stay open.
@NullMarked
package io.meltemi.base.tls;

import org.jspecify.annotations.NullMarked;
