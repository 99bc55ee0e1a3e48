// The parsers of endpoints and of address masks. Only local names are resolved, without a name
// server.

#include "precompiled.hpp"

#include "ip_resolver.hpp"
#include "ipc_address.hpp"
#include "tcp_address.hpp"
#include "udp_address.hpp"
#include "ws_address.hpp"

#include <stdint.h>
#include <string.h>
#include <string>

extern "C" int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    const bool ipv6 = data[0] & 8;
    const std::string text (reinterpret_cast<const char *> (data) + 1, size - 1);
    const char *const name = text.c_str ();
    std::string printed;

    switch (data[0] & 7) {
        case 0: {
            zmq::tcp_address_t address;
            if (address.resolve (name, true, ipv6) == 0)
                address.to_string (printed);
            break;
        }
        case 1: {
            zmq::ws_address_t address;
            if (address.resolve (name, true, ipv6) == 0)
                address.to_string (printed);
            break;
        }
        case 2: {
            zmq::ipc_address_t address;
            if (address.resolve (name) == 0)
                address.to_string (printed);
            break;
        }
        case 3: {
            zmq::udp_address_t address;
            if (address.resolve (name, true, ipv6) == 0)
                address.to_string (printed);
            break;
        }
        case 4: {
            zmq::tcp_address_mask_t mask;
            if (mask.resolve (name, ipv6) == 0) {
                sockaddr_in v4;
                memset (&v4, 0, sizeof v4);
                v4.sin_family = AF_INET;
                v4.sin_addr.s_addr = htonl (0x7f000001);
                mask.match_address (reinterpret_cast<sockaddr *> (&v4), sizeof v4);
                sockaddr_in6 v6;
                memset (&v6, 0, sizeof v6);
                v6.sin6_family = AF_INET6;
                mask.match_address (reinterpret_cast<sockaddr *> (&v6), sizeof v6);
            }
            break;
        }
        default: {
            zmq::ip_resolver_options_t options;
            options.bindable (data[0] & 16)
              .allow_dns (false)
              .allow_nic_name (data[0] & 32)
              .ipv6 (ipv6)
              .expect_port (data[0] & 64)
              .allow_path (data[0] & 128);
            zmq::ip_resolver_t resolver (options);
            zmq::ip_addr_t address = zmq::ip_addr_t::any (AF_INET);
            resolver.resolve (&address, name);
        }
    }
    return 0;
}
