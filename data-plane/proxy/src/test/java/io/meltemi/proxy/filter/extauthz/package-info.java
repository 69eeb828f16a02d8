@NullMarked
package io.meltemi.proxy.filter.extauthz;

import org.jspecify.annotations.NullMarked;
