"""What is measured over many nets or faults: exporters and gates."""
