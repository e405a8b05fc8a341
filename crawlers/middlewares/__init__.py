"""What stands between a spider and the network: guards, robots, unpacking."""
